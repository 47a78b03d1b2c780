"""One module a family of commands: what each does, and what is answered."""
