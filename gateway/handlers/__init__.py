"""One module a family of commands, and two of what several do: hold a report, ask about an old command."""
