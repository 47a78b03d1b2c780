"""The roster from files: all or nothing, and only what changed (SPEC section 7).

Both files are brought beside the roster first (``models.staging``), so that memory holds some
thousand lines however long they are.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from sqlalchemy import Connection

from config.election import Election
from config.errors import RosterError
from models import changes, dialect, roster, staging
from models.people_batches import PeopleFile, Pins, find_clashes
from models.people_import import PeopleCounts, import_people
from models.placement import any_station, find_misplaced
from models.recount import recount
from models.roster_files import PersonLine, Problems, read_people, read_stations
from models.spreadsheet import line_count
from models.station_import import StationPlan, find_twice, plan_stations, write_stations

Progress = Callable[[int, int], None]  # done, of how many
_EVERY = 1_000  # lines between two calls of it
NAMED = 20  # in one warning


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What an import changed, and what it left for a reason."""

    stations_added: int = 0
    stations_changed: int = 0
    stations_removed: int = 0
    people_added: int = 0
    people_changed: int = 0
    people_removed: int = 0
    warnings: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether anything did."""
        return replace(self, warnings=()) != ImportSummary()


class _Steps:
    """Counts lines, each once read and once written, for a progress bar."""

    def __init__(self, progress: Progress | None, *paths: Path | None) -> None:
        self._progress = progress
        self._total = 2 * sum(line_count(path) for path in paths if path) if progress else 0
        self._done = self._shown = 0

    def __call__(self, lines: int = 1) -> None:
        self._done += lines
        if self._progress is not None and self._done - self._shown >= _EVERY:
            self._shown = self._done
            self._progress(self._done, max(self._total, self._done))

    def finish(self) -> None:
        """Show the bar full: lines that change nothing are not written."""
        if self._progress is not None:
            self._progress(max(self._total, self._done), max(self._total, self._done))


def import_roster(
    db: Connection,
    election: Election,
    stations: Path | None,
    people: Path | None,
    *,
    prune: bool = False,
    progress: Progress | None = None,
) -> ImportSummary:
    """Bring the roster to what the files say, in the caller's transaction, and say what changed.

    With ``prune`` people whom a given file does not name go, and stations without results or open case.
    ``progress`` is called with lines done and in all. Raises RosterError with every bad line of
    both files, one a line, before anything is written.
    """
    step = _Steps(progress, stations, people)
    dialect.take_time(db)
    roster.hold(db)  # a substitution by text waits until we are through
    staging.open_tables(db)  # a failed import's go with its transaction
    done = _import(db, election, _Files(stations, people, prune), step)
    staging.close_tables(db)
    step.finish()
    return done


@dataclass(frozen=True, slots=True)
class _Files:
    """What is to be imported, and whether the rest goes."""

    stations: Path | None
    people: Path | None
    prune: bool


def _import(db: Connection, election: Election, files: _Files, step: _Steps) -> ImportSummary:
    problems = _stage_stations(db, election, files, step)
    plan = plan_stations(
        db, given=files.stations is not None, prune=files.prune and files.stations is not None
    )
    people, more = _stage_people(db, election, files, step)
    if listed := [*problems.listed(), *more.listed()]:
        raise RosterError("\n".join(listed))
    version = cache(lambda: roster.next_version(db))
    write_stations(db, plan, version, step)
    counts = PeopleCounts()
    if people is not None or plan.removed:
        prune = files.prune and people is not None
        counts = import_people(db, people, prune=prune, version=version, step=step)
    if plan.changes_anything:
        recount(db, election)
    return ImportSummary(
        stations_added=plan.added,
        stations_changed=plan.changed,
        stations_removed=plan.removed,
        people_added=counts.added,
        people_changed=counts.changed,
        people_removed=counts.removed,
        warnings=(*problems.warnings(), *more.warnings(), *_warnings(db, plan, counts, version)),
    )


def _warnings(
    db: Connection, plan: StationPlan, people: PeopleCounts, version: Callable[[], int]
) -> Iterator[str]:
    """Say what stays although the file does not name it, who goes although a text appointed them, what
    nobody looks after any more, and which cases wait for coordinators who know nothing of them."""
    of_people = people != PeopleCounts()
    undone = changes.undone(db, version()) if of_people else []
    stations, districts = changes.left_alone(db, version()) if of_people else ([], [])
    untold = changes.untold(db, version()) if of_people or plan.changes_anything else []
    for code, what in plan.staying:
        yield f"station {code} has {what}: it stays"
    for code, name in undone:
        yield f"station {code}: {name}, appointed by text, does not report for it any more"
    if stations:
        yield f"no monitor any more: station {_some(stations)}"
    if districts:
        yield f"no coordinator any more: district {_some(districts)}"
    for code, case in untold:
        yield f"station {code}: {case} waits for a decision: tell its new coordinators, no text told them"


def _some(names: list[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _stage_stations(db: Connection, election: Election, files: _Files, step: _Steps) -> Problems:
    """Bring a file of stations beside the roster, and say what is wrong with it."""
    if files.stations is None:
        return Problems("")
    problems = Problems(files.stations.name)
    if not staging.stage_stations(db, read_stations(files.stations, election, problems, step)):
        _keep_the_rest(files, problems)
    find_twice(db, problems)
    return problems


def _stage_people(
    db: Connection, election: Election, files: _Files, step: _Steps
) -> tuple[PeopleFile | None, Problems]:
    """Bring a file of people beside the roster, and say what is wrong with it."""
    path = files.people
    if path is None:
        return None, Problems("")
    if not any_station(db):
        raise RosterError(f"{path.name}: there are no stations yet; import them first, or with it")
    problems, pins = Problems(path.name), Pins()
    names_second = staging.stage_people(db, _keeping(pins, read_people(path, election, problems, step)))
    if names_second is None:
        _keep_the_rest(files, problems)
    file = PeopleFile(bool(names_second), pins)
    find_clashes(db, file, problems)
    find_misplaced(db, problems)
    return file, problems


def _keep_the_rest(files: _Files, problems: Problems) -> None:
    """Refuse to prune by a file that names nothing: more likely it was cut short."""
    if files.prune and not problems.found:
        problems.add(
            1, "nothing follows the header, and --prune would remove all there is; is it the right file?"
        )


def _keeping(pins: Pins, lines: Iterable[PersonLine]) -> Iterator[PersonLine]:
    """Give the lines on, with their PINs kept out of the table."""
    for each in lines:
        if each.pin:
            pins.keep(each.line, each.pin)
        yield each
