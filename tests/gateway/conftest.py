"""Fixtures of the command line's tests, and of the pages'."""

from collections.abc import Iterator

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from tests.gateway.command_line import folder, logging_restored, night, pantau, town, url

__all__ = ["folder", "logging_restored", "night", "pantau", "town", "url"]


@pytest.fixture(scope="session", autouse=True)
def compiled_pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Compile a page's template once for all tests: each application would do it anew, which takes
    longer than all else that a test of a page does."""
    cache = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("pages")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(Flask.jinja_options, "bytecode_cache", cache)
        yield
