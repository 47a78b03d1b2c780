"""The commands of ``pantau``, a module for each family."""
