"""What a reply says to who reads it: by the words that SPEC section 3 fixes."""

import re

_STANDS = ("DITERIMA", "RECEIVED", "DIKOREKSI", "CORRECTED", "SUDAH ADA", "ALREADY RECORDED")
_HELD = ("DITAHAN", "HELD")
_RECORDED_NEW = ("DIKOREKSI", "CORRECTED")
_CASE = re.compile(r"\bK\d+\b")


def stands(reply: str | None) -> bool:
    """Whether what was sent stands now."""
    return (reply or "").startswith(_STANDS)


def corrected(reply: str | None) -> bool:
    """Whether it replaced what stood."""
    return (reply or "").startswith(_RECORDED_NEW)


def asks(reply: str | None) -> bool:
    """Whether it asks for ``YA``."""
    return re.search(r"\b(?:YA|OK)\b", reply or "") is not None


def held_as(reply: str | None) -> str | None:
    """Give the case as which a report is held, None where it is not."""
    found = _CASE.search(reply or "")
    return found[0] if found and (reply or "").startswith(_HELD) else None


def asks_again(reply: str | None, case: str) -> bool:
    """Whether a decision is to be sent once more: what stands has changed since."""
    return re.search(rf"\b(?:TERIMA|ACCEPT) {case}\b", reply or "") is not None
