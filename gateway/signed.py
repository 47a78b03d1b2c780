"""The sender's own name on the last line, as phones add it: "YA", and below it "Siti Aminah TPS 12".

A report keeps it as its note. Behind a command that takes nothing else, or the name of a district, it would
keep who sends all texts so from ever being understood.
"""

import re
from dataclasses import replace

from gateway import districts
from gateway.context import NEEDS_PIN, Context
from models import stations
from parser import parse
from parser.commands import Belum, Missing, MissingPresent, Total, Yes
from parser.courtesy import ADDRESS, TITLES
from parser.errors import Parsed, Unclear
from parser.normalise import fold, has_digit
from parser.order import WORD

_STATION = re.compile(r"TPS[ .:\-]*[0-9]+")


def unsigned(ctx: Context, parsed: Parsed) -> Parsed:
    """Give what a text means without its sender's name below it, where it is not understood with it."""
    said, _, last = ctx.body.strip().rpartition("\n")
    if not said or not isinstance(parsed, Unclear | Total | Belum | Missing | MissingPresent):
        return parsed
    if not _is_own_name(ctx, last):
        return parsed
    again = parse(said, ctx.election)
    if isinstance(again, Unclear):
        return parsed
    pin = getattr(parsed, "pin", None)
    return replace(again, pin=pin) if pin and isinstance(again, (*NEEDS_PIN, Yes)) else again


def _is_own_name(ctx: Context, line: str) -> bool:
    """Whether a line holds the sender's name, or a part of it that is no district's, and nothing else."""
    if ctx.person is None:
        return False
    line = _STATION.sub("", fold(line).text)
    said = set() if has_digit(line) else _names(line)
    names = _names(fold(ctx.person.name).text)
    if not said or not said <= names:
        return False
    return said == names or not districts.mentions(" ".join(said), stations.districts(ctx.db))


def _names(text: str) -> set[str]:
    return set(WORD.findall(text)) - ADDRESS - TITLES
