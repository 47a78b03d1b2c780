"""A rehearsal from its plan to its verdict: do the totals agree with the forms?"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from sqlalchemy import Connection

from config.election import Election
from config.errors import OperatorError
from config.settings import SANDBOX
from gateway.rehearsal import forms
from gateway.rehearsal.forms import Form
from gateway.rehearsal.night import Edge, Night
from gateway.rehearsal.stories import Monitor
from gateway.service import Service
from models import people, rehearsed, tally
from models.tally import Totals
from parser.station import Station

AT_ONCE = 24  # monitors who text at the same moment at most
LOOK_SECONDS = 0.2
Watch = Callable[[int, int, Night], None]  # stories told, of how many


@dataclass(frozen=True, slots=True)
class Cast:
    """Who takes part: the forms of each monitor by number, the coordinators by district."""

    forms: dict[str, list[Form]]
    coordinators: dict[int, str]
    left_out: int

    @property
    def stations(self) -> list[Form]:
        """Every form."""
        return [form for each in self.forms.values() for form in each]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rehearsal found. ``differing`` are stations where something else stands than on the
    form; ``expected`` and ``found`` are votes by contest."""

    stations: int
    sent: Counter[str]
    lost: int
    outcomes: Counter[tuple[str, tuple[str, ...]]]
    expected: dict[str, tuple[int, ...]]
    found: dict[str, tuple[int, ...]]
    differing: list[str]
    broken: list[str]

    @property
    def agrees(self) -> bool:
        """Whether all is as it should be."""
        return self.expected == self.found and not self.differing and not self.broken


def check(service: Service, *, yes: bool) -> None:
    """Raise OperatorError where a rehearsal would do harm, or could not succeed."""
    election, now = service.election, service.clock()
    if service.settings.carriers != (SANDBOX,):
        _check_outside_sandbox(service, yes=yes)
    if election.opens is not None and now < election.opens:
        at = election.local(election.opens)
        raise OperatorError(
            f"reporting opens on {at:%d/%m at %H:%M}: all is practice until then and nothing is counted;"
            " rehearse with a copy of the election file without opens and closes (PANTAU_ELECTION)"
        )
    if election.closes is not None and now + timedelta(minutes=1) > election.closes:
        raise OperatorError("reporting is closed; rehearse with a copy of the election file without it")
    if election.rules.pin:
        raise OperatorError("[rules] pin is on, and the PINs are the monitors'; rehearse without it")


def _check_outside_sandbox(service: Service, *, yes: bool) -> None:
    with service.store.reading() as db:
        if rehearsed.has_results(db):
            raise OperatorError("this database holds results; rehearse in another (PANTAU_DATABASE_URL)")
    if not service.election.sending.only:
        raise OperatorError(
            "[sending] only is empty: the coordinators' phones would ring for made-up cases;"
            " set it to the numbers that take part"
        )
    if not yes:
        raise OperatorError(
            "this is not the sandbox: made-up results would be recorded; --yes if that is meant"
        )


def cast(db: Connection, election: Election, most: int | None, random: Random) -> Cast:
    """Choose the stations and fill their forms in. Raises OperatorError where there is none."""
    phones = {
        station.id: each.phones[0] for each in people.people_with(db, "monitor") for station in each.stations
    }
    free = [each for each in rehearsed.empty_stations(db, election) if _can_report(each, phones, election)]
    if not free:
        raise OperatorError(
            "there is no station with a monitor where nothing stands yet; begin with a new database"
        )
    chosen = free if most is None or most >= len(free) else random.sample(free, most)
    weights = forms.weights(election, random)
    found: dict[str, list[Form]] = {}
    for station in sorted(chosen, key=lambda each: each.number):
        found.setdefault(phones[station.id], []).append(forms.fill(station, election, weights, random))
    coordinators = {
        district.id: each.phones[0]
        for each in people.people_with(db, "coordinator")
        for district in each.districts
    }
    return Cast(found, coordinators, max(0, (most or 0) - len(free)))


def _can_report(station: Station, phones: dict[int, str], election: Election) -> bool:
    return station.id in phones and all(station.voters_for(each.code) != 0 for each in election.contests)


def rehearse(service: Service, edge: Edge, cast: Cast, *, minutes: float, seed: int, watch: Watch) -> Verdict:
    """Play the night and judge it. Raises OperatorError where the service cannot be texted to."""
    a_minute = service.election.rules.messages_per_minute
    night = Night(edge, cast.coordinators, a_minute=a_minute, pace=min(1.0, minutes))
    with service.store.reading() as db:
        before = tally.totals(db, service.election)
    _knock(service, night, next(iter(cast.forms)))
    monitors = [
        Monitor(night, service.election, Random(f"{seed} {phone}"), phone, each)
        for phone, each in cast.forms.items()
    ]
    _play(night, monitors, Random(seed), minutes * 60, watch)
    with service.store.reading() as db:
        return _judged(db, service.election, night, cast, before)


def _knock(service: Service, night: Night, phone: str) -> None:
    """Check that what is texted there is stored here. Raises OperatorError."""
    text_id = night.new_id()
    night.bring(phone, "HADIR", "check-ins", text_id)
    with service.store.reading() as db:
        if not rehearsed.came(db, text_id):
            raise OperatorError(
                "the service stores in another database than PANTAU_DATABASE_URL names here;"
                " run this in the service's folder, with its settings"
            )


def _play(night: Night, monitors: Sequence[Monitor], random: Random, seconds: float, watch: Watch) -> None:
    """Let everyone begin when their count is done, and wait until all are through."""
    starts = sorted(random.betavariate(2, 3) * seconds for _ in monitors)
    order = list(zip(starts, random.sample(monitors, len(monitors)), strict=True))
    began = time.monotonic()
    running: list[Future[None]] = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            while order or any(not each.done() for each in running):
                while order and order[0][0] <= time.monotonic() - began:
                    running.append(pool.submit(order.pop(0)[1].work))
                done, _ = wait(running, LOOK_SECONDS, FIRST_EXCEPTION)
                watch(len(done), len(monitors), night)
                for each in done:
                    each.result()  # raises what it raised
        finally:
            if order or any(not each.done() for each in running):
                night.stopping.set()


def _judged(db: Connection, election: Election, night: Night, cast: Cast, before: Totals) -> Verdict:
    after = tally.totals(db, election)
    return Verdict(
        stations=len(cast.stations),
        sent=night.sent,
        lost=night.lost,
        outcomes=rehearsed.outcomes(db, night.prefix),
        expected=_expected(cast),
        found=_gained(before, after),
        differing=[form.station.code for form in cast.stations if not _agrees(db, form)],
        broken=night.broken,
    )


def _expected(cast: Cast) -> dict[str, tuple[int, ...]]:
    sums: dict[str, tuple[int, ...]] = {}
    for form in cast.stations:
        for each in form.tallies:
            so_far = sums.get(each.contest, (0,) * len(each.votes))
            sums[each.contest] = tuple(map(sum, zip(so_far, each.votes, strict=True)))
    return sums


def _gained(before: Totals, after: Totals) -> dict[str, tuple[int, ...]]:
    pairs = zip(before.contests, after.contests, strict=True)
    return {
        new.contest.code: tuple(b - a for a, b in zip(old.votes, new.votes, strict=True))
        for old, new in pairs
    }


def _agrees(db: Connection, form: Form) -> bool:
    stands = rehearsed.standing(db, form.station)
    return all(
        each.contest in stands
        and (stands[each.contest].votes, stands[each.contest].invalid) == (each.votes, each.invalid)
        for each in form.tallies
    )
