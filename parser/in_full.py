"""``YA`` with what was asked written out behind it, as our question shows it: "YA: BATAL TPS012"."""

from dataclasses import replace

from config.election import Election
from config.reserved import Word
from parser.commands import Command, Correction, Decision, Replace, Report, Tell, Void
from parser.errors import Unclear
from parser.message import parse
from parser.normalise import fold
from parser.order import WORD
from parser.spelled import COMMANDS, command_behind


def behind_yes(text: str) -> str:
    """Give what was typed behind the ``YA`` that a text begins with; empty where it begins with none, or
    nothing follows."""
    folded = fold(text)
    found = command_behind(folded.text, 0)
    if found is None or COMMANDS[found[0]] is not Word.YES or not WORD.search(folded.text, found.end()):
        return ""
    return folded.part(found.end()).typed()


def says_yes_to(text: str, asked: str, election: Election) -> bool:
    """Say whether a text is yes to what was ``asked``, and repeats it. The PIN may differ: it is no part of
    the question."""
    behind = behind_yes(text)
    if not behind:
        return False
    repeated = _without_pin(behind, election)
    return repeated is not None and repeated == _without_pin(asked, election)


def _without_pin(text: str, election: Election) -> Command | None:
    meant = parse(text, election)
    if isinstance(meant, Unclear):
        return None
    if isinstance(meant, Report | Correction | Void | Decision | Replace | Tell):
        return replace(meant, pin=None)
    return meant
