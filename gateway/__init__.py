"""Texts in, and everything that starts the service."""
