"""What a deployment decides: settings, the election file, the reserved words, logging."""
