"""What is measured inside one process: the parser, the judge, and the database's part at any size."""

import cProfile
import pstats
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import StringIO
from statistics import median
from typing import TypeVar

from sqlalchemy import Engine, event

from config.language import Lang
from notify import summary
from parser import parse
from parser.commands import Report
from parser.judge import Circumstances, Record, judge
from parser.station import Station
from tests.city import REPORT, City, city_at
from tests.elections import NOON, REFERENCE
from tests.nation import VOTERS, Nation, settle_nation

T = TypeVar("T")
LONGEST = 1600  # characters of a text that the parser reads
# Texts that take the parser longest: every word near a key, every mark a separator.
WORST = ("TPS012 " + "WK:1.2 " * LONGEST, "G:" + "1 " * LONGEST, "W1 " * LONGEST, "TIDAK SAH " * LONGEST)
TOP = 5
OURS = r"/(gateway|models|notify|parser)/"


@dataclass(frozen=True, slots=True)
class Figure:
    """Something measured in rounds. ``goal`` is SPEC section 10's, where it has one."""

    name: str
    unit: str
    rounds: tuple[float, ...]
    goal: str = ""

    @property
    def middle(self) -> float:
        """The median of the rounds."""
        return median(self.rounds)


@dataclass(slots=True)
class Counted:
    """What was asked of a database."""

    statements: list[str] = field(default_factory=list)
    commits: int = 0


def timed(action: Callable[[], T]) -> float:
    """Give the seconds that something takes."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def each_of(action: Callable[[], T], times: int) -> float:
    """Give the seconds that something takes, as the median over so many times."""
    return median(timed(action) for _ in range(times))


def pure_figures(rounds: int) -> Iterator[Figure]:
    """Measure what needs no database, in microseconds."""

    def measured(action: Callable[[], object], times: int) -> tuple[float, ...]:
        return tuple(each_of(action, times) * 1e6 for _ in range(rounds))

    report = parse(REPORT, REFERENCE)
    assert isinstance(report, Report)
    station = Station(1, "012", 12, 1, "Timur I", "Air Kuti", 12, VOTERS, ())
    now = Circumstances(phones=("+628410000012",), received=NOON)
    texts = [each[:LONGEST] for each in WORST]
    slowest = max(texts, key=lambda each: timed(lambda: parse(each, REFERENCE)))
    yield Figure("parser, the example", "µs", measured(lambda: parse(REPORT, REFERENCE), 500), "at most 100")
    yield Figure("parser, the worst 1,600 characters", "µs", measured(lambda: parse(slowest, REFERENCE), 5))
    yield Figure("judge", "µs", measured(lambda: judge(report, station, Record(()), now, REFERENCE), 500))


def figures_at(url: str, database: str, nation: Nation, rounds: int) -> list[Figure]:
    """Measure a report, the totals and a summary where a nation has reported, in milliseconds."""
    settle_nation(url, nation)
    city = city_at(url)
    where = f"at {nation.stations:,} stations, {database}"
    waiting = iter(nation.waiting())
    per_round = min(60, (len(nation.waiting()) - 10) // (2 * rounds))

    def report() -> None:
        place = next(waiting)
        answer = city.text(nation.phone(place), nation.report(place))
        if answer.outcome != "accepted":
            raise RuntimeError(f"{nation.report(place)!r} was {answer.outcome}")

    def compose() -> None:
        summary.compose(city.totals(), city.service.election, Lang.ID, city.now, None)

    def measured(action: Callable[[], object], times: int) -> tuple[float, ...]:
        action()
        return tuple(each_of(action, times) * 1000 for _ in range(rounds))

    found = [
        Figure(f"a report {where}", "ms", measured(report, per_round), "as at 326"),
        Figure(f"totals {where}", "ms", measured(city.totals, 5), "at most 50"),
        Figure(f"a summary composed {where}", "ms", measured(compose, 5)),
    ]
    city.service.store.close()
    return found


@contextmanager
def counting(engine: Engine) -> Iterator[Counted]:
    """Count the statements and commits of a block."""
    counted = Counted()

    def executed(*given: object) -> None:
        if not str(given[2]).startswith("BEGIN"):  # SQLite's is a statement, PostgreSQL's the driver's
            counted.statements.append(str(given[2]))

    def committed(_connection: object) -> None:
        counted.commits += 1

    event.listen(engine, "before_cursor_execute", executed)
    event.listen(engine, "commit", committed)
    try:
        yield counted
    finally:
        event.remove(engine, "before_cursor_execute", executed)
        event.remove(engine, "commit", committed)


def statements_of_a_report(url: str, nation: Nation) -> Counted:
    """Count what a report asks of the database, between the opening of its transaction and the commit."""
    settle_nation(url, nation)
    city = city_at(url)
    with counting(city.service.store.engine) as counted:
        city.text(nation.phone(1), nation.report(1))
    city.service.store.close()
    return counted


def profile_of_reports(url: str, nation: Nation) -> str:
    """Give where the time of reports goes, by the functions that take most of it themselves."""
    settle_nation(url, nation)
    city = city_at(url)
    profiler = cProfile.Profile()
    profiler.runcall(_report_all, city, nation)
    city.service.store.close()
    shown = StringIO()
    pstats.Stats(profiler, stream=shown).sort_stats("tottime").print_stats(3 * TOP)
    pstats.Stats(profiler, stream=shown).sort_stats("cumulative").print_stats(
        r"/(gateway|models|notify)/", 5 * TOP
    )
    return shown.getvalue()


def _report_all(city: City, nation: Nation) -> None:
    for place in nation.waiting():
        city.text(nation.phone(place), nation.report(place))
