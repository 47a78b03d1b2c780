"""A real browser for tests: Debian's Chromium, driven by playwright, with no network but ours."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium")
MISSING = "there is no chromium: apt-get install chromium"
FLAGS = [
    "--no-sandbox",  # the tests may be root's, as in CI
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Run a browser with a profile of its own until the block ends."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def visit(browser: Browser, *, may_complain: bool = False, **how: Any) -> Iterator[Page]:
    """Give a page of a new visitor; whatever it complains about, or asks of another host, fails the test."""
    context = browser.new_context(**{"locale": "en-GB", "viewport": {"width": 1280, "height": 900}} | how)
    page = context.new_page()
    troubles: list[str] = []
    page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda asked: None if _is_ours(asked.url) else troubles.append(asked.url))
    yield page
    context.close()
    assert may_complain or troubles == []


def _is_ours(url: str) -> bool:
    return url.startswith("http://127.0.0.1:")
