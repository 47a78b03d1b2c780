"""An election as a deployment describes it. Read from TOML by ``config.election_file``."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo

from config.language import Lang

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate or pair, by the number on the ballot (from 1, without gaps)."""

    number: int
    name: str
    short: str


@dataclass(frozen=True, slots=True)
class Contest:
    """One vote that is counted: its code (``G``), in upper case, and other words for it."""

    code: str
    name: str
    candidates: tuple[Candidate, ...]
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """How reports are judged (SPEC section 3)."""

    spare_ballots_percent: Decimal = Decimal("2.5")
    station_cap: int = 600
    unknown_senders: Literal["refuse", "hold"] = "refuse"
    correction_window: timedelta = timedelta(minutes=15)
    suspicious_difference: Decimal = Decimal("0.1")
    messages_per_minute: int = 20
    pin: bool = False


@dataclass(frozen=True, slots=True)
class SummaryPlan:
    """A scheduled summary. ``start`` and ``until`` are aware; None: every day's midnight, no end."""

    to: Literal["official", "coordinator"]
    every: timedelta
    start: datetime | None = None
    until: datetime | None = None
    unchanged: Literal["skip", "short"] = "skip"


@dataclass(frozen=True, slots=True)
class ReminderPlan:
    """A text at a time to the monitors who are missing what it is about."""

    at: datetime
    about: Literal["results", "present", "practice"] = "results"


@dataclass(frozen=True, slots=True)
class Sending:
    """Pace of texts out, and in a rehearsal the only numbers (E.164) that may get any."""

    messages_per_second: float = 1.0
    only: tuple[str, ...] = ()


@dataclass(frozen=True)
class Election:
    """Everything that the election file says. Times are aware, in ``timezone``.

    ``source`` is the file's text: it is kept with the messages, so that an audit can judge
    them by the election as it was. Not slotted, for the cached lookups below.
    """

    name: str
    timezone: ZoneInfo
    country: str
    language: Lang
    contests: tuple[Contest, ...]
    opens: datetime | None = None
    closes: datetime | None = None
    rules: Rules = Rules()
    summaries: tuple[SummaryPlan, ...] = ()
    reminders: tuple[ReminderPlan, ...] = ()
    sending: Sending = Sending()
    operator_phones: tuple[str, ...] = ()
    source: str = field(default="", repr=False)

    @cached_property
    def by_code(self) -> dict[str, Contest]:
        """Contests by code."""
        return {contest.code: contest for contest in self.contests}

    def contest(self, code: str) -> Contest:
        """Give the contest with that code; KeyError where there is none."""
        return self.by_code[code]

    def in_order(self, found: Iterable[T], code: Callable[[T], str]) -> tuple[T, ...]:
        """Sort by contest, as contests are shown everywhere; what is of none of ours comes last."""
        order = {each: place for place, each in enumerate(self.by_code)}
        return tuple(sorted(found, key=lambda each: order.get(code(each), len(order))))

    def local(self, at: datetime) -> datetime:
        """Give the same instant on the election's clock."""
        return at.astimezone(self.timezone)

    def closed(self, at: datetime) -> datetime | None:
        """Give when reporting closed, where that was before a moment."""
        return self.closes if self.closes is not None and at > self.closes else None
