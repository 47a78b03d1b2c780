"""The mark that makes a function a text: how long it may be, and that it fits."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Concatenate, ParamSpec

from config.language import Lang
from notify.segments import room, septets, shortened, to_gsm7

Words = ParamSpec("Words")
Text = Callable[Concatenate[Lang, Words], str]
TEXTS: dict[str, tuple[Callable[..., str], int]] = {}  # by name, with the segments: for the tests


def text(*, segments: int) -> Callable[[Text[Words]], Text[Words]]:
    """Mark a function from a language and some values to a text of at most ``segments``.

    Names and notes may hold any character: what leaves is GSM-7. The cut is the last resort;
    a test calls every text at its longest and finds none that needs it.
    """

    def mark(function: Text[Words]) -> Text[Words]:
        @wraps(function)
        def worded(lang: Lang, /, *args: Words.args, **kwargs: Words.kwargs) -> str:
            return shortened(to_gsm7(function(lang, *args, **kwargs)).strip(), room(segments))

        TEXTS[function.__name__] = (function, segments)
        return worded

    return mark


def fitting(segments: int, versions: Iterable[str]) -> str:
    """Give the first version, from the most telling to the shortest, that fits; else the last."""
    version = ""
    for version in versions:
        if septets(to_gsm7(version)) <= room(segments):
            return version
    return version


def counted(count: int, noun: str) -> str:
    """Give so many of what an English noun names: 1 station, 2 stations."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def coded(stations: Iterable[str], most: int) -> str:
    """Name stations by their codes, "TPS012, TPS013", in at most so many septets."""
    return shortened(", ".join(f"TPS{each}" for each in stations), most)


def pages(items: list[str], septets_a_page: int) -> list[list[str]]:
    """Spread items over pages, in order, each within that many septets with a blank between."""
    found: list[list[str]] = [[]]
    used = 0
    for item in items:
        size = septets(item) + 1
        if found[-1] and used + size > septets_a_page:
            found.append([])
            used = 0
        found[-1].append(item)
        used += size
    return found
