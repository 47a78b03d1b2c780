"""How a page is put together: its language, its moment, its links, and a part that keeps itself current."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from flask import Blueprint, Request, Response, render_template

from config.language import Lang
from config.settings import SANDBOX
from gateway.pages import charts, words
from gateway.pages.language import page_language
from gateway.pages.meanings import meaning
from gateway.service import Service
from models.tally import percent

PART = "part"  # the parameter by which a page's script asks for what changes alone
PASSING = (PART, "said")  # of one answer, not of the page
AS_OF = "Pantau-As-Of"


@dataclass(frozen=True, slots=True)
class View:
    """A look at a page: who asked, in which language, and the moment on the election's clock."""

    service: Service
    request: Request
    lang: Lang
    now: datetime

    @classmethod
    def of(cls, service: Service, request: Request) -> "View":
        """Give the view of a request."""
        lang = page_language(request, service.election.language)
        return cls(service, request, lang, service.election.local(service.clock()))

    def say(self, key: str, **values: object) -> str:
        """Give words in the page's language."""
        return words.say(self.lang, key, **values)

    def clock(self, at: datetime | None) -> str:
        """Write a moment on the election's clock."""
        return "" if at is None else words.clock(self.service.election.local(at), self.now)

    def in_words(self, values: Mapping[str, object]) -> dict[str, object]:
        """Write what fills words in: moments by the clock."""
        return {
            name: self.clock(value) if isinstance(value, datetime) else value
            for name, value in values.items()
        }

    def link(self, path: str, **asked: object) -> str:
        """Give an address of ours; a language that was asked for stays."""
        return self._address(path, list(asked.items()))

    def here(self, **changed: object) -> str:
        """Give this page's own address, with some parameters changed."""
        left = [
            (name, value)
            for name, value in self.request.args.items(multi=True)
            if name not in changed and name not in PASSING
        ]
        return self._address(self.request.path, [*left, *changed.items()])

    def _address(self, path: str, asked: Sequence[tuple[str, object]]) -> str:
        given = [(name, value) for name, value in asked if value not in (None, "")]
        if "lang" in self.request.args and not any(name == "lang" for name, _ in given):
            given.append(("lang", self.lang.value))
        return quote(path) + (f"?{urlencode(given)}" if given else "")


def files() -> Blueprint:
    """Give the templates, and the style sheets and scripts, which anyone may read."""
    return Blueprint("pages", __name__, template_folder="templates", static_folder="static")


def waiting_page(request: Request) -> Response:
    """Say that the database has not answered since the start: no page can be shown, nothing is known."""
    lang = page_language(request, Lang.ID)
    words_here = partial(words.say, lang)
    response = Response(render_template("waiting.html", lang=lang.value, say=words_here), 503)
    response.headers["Retry-After"] = "5"
    return response


def page(view: View, template: str, status: int = 200, **values: Any) -> Response:
    """Give a page; or, where its script asks, the part that changes, and 304 where it has not.

    The moment stands outside that part: it goes with every answer in a header.
    """
    part = PART in view.request.args
    context = {**_surroundings(view), **values, "layout": "part.html" if part else "layout.html"}
    response = Response(render_template(template, **context), status, content_type="text/html; charset=utf-8")
    response.headers[AS_OF] = context["as_of"]
    if part and status == 200:
        response.add_etag()
        response.make_conditional(view.request)
    return response


def _surroundings(view: View) -> Mapping[str, Any]:
    return {
        "view": view,
        "lang": view.lang.value,
        "election": view.service.election,
        "say": view.say,
        "meaning": partial(meaning, view.lang),
        "figure": words.figure,
        "percent": percent,
        "clock": view.clock,
        "in_words": view.in_words,
        "link": view.link,
        "charts": charts,
        "as_of": f"{view.now:%d-%m-%Y %H:%M:%S %Z}",
        "has_sandbox": SANDBOX in view.service.carriers,
    }
