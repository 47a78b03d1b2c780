"""What is looked at in a browser: the board of the command room, and the phones of the sandbox."""
