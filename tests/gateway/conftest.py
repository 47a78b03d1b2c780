"""Fixtures of the command line's tests."""

from tests.gateway.command_line import folder, logging_restored, night, pantau, town, url

__all__ = ["folder", "logging_restored", "night", "pantau", "town", "url"]
