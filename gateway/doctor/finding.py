"""A line of ``pantau doctor``."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """``fail`` is what would fail on the night; ``warn`` what an operator should know."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, what was found, and where it is not well how to mend it."""

    check: str
    state: State
    found: str
    mend: str = ""


def ok(check: str, found: str) -> Finding:
    """Give a finding that is well."""
    return Finding(check, State.OK, found)


def warn(check: str, found: str, mend: str) -> Finding:
    """Give a finding that the night would survive."""
    return Finding(check, State.WARN, found, mend)


def fail(check: str, found: str, mend: str) -> Finding:
    """Give a finding that the night would not."""
    return Finding(check, State.FAIL, found, mend)
