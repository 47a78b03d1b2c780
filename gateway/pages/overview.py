"""What the board shows, read in one moment of the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from gateway.health import Readiness
from gateway.pages.lists import KINDS, Desk, Listed, SecondLooks, listed
from gateway.pages.page import View
from gateway.pages.signs import Sign, Traffic, signs, traffic_now
from gateway.service import Service
from models import attention, tally
from models.people import District
from models.progress import DistrictProgress, Pace, district_progress, district_sums
from models.tally import ContestTotal, Totals

DISTRICTS_ON_A_PAGE = 40


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole: totals, pace, districts (a page of them), lists, and what is wrong."""

    totals: Totals
    pace: Sequence[tuple[datetime, int]]
    districts: Sequence[DistrictProgress]
    more_districts: int | None
    sums: dict[tuple[int, str], ContestTotal]
    lists: Sequence[Listed]
    traffic: Traffic
    signs: Sequence[Sign]

    def sum_of(self, district: District, contest: ContestTotal) -> ContestTotal | None:
        """Give what a district has counted of a contest."""
        return self.sums.get((district.id, contest.contest.code))


class Board:
    """The questions of the pages, and what this process remembers of what cannot change."""

    def __init__(self, service: Service, readiness: Readiness) -> None:
        self.service, self.readiness = service, readiness
        self.looks = SecondLooks()
        self._pace = Pace()

    def overview(self, view: View, first_district: int) -> Overview:
        """Read what the board shows, its districts from a place on."""
        not_well = self.readiness.not_well()  # before a moment is held: it may wait for the database
        with self.service.store.reading() as db:
            totals = tally.totals(db, self.service.election)
            every = district_progress(db)
            shown = every[first_district : first_district + DISTRICTS_ON_A_PAGE]
            desk = Desk(db, self.service.election, every, attention.attention_counts(db))
            traffic = traffic_now(db, self.service)
            return Overview(
                totals=totals,
                pace=self._over_time(db, totals.stations.reported),
                districts=shown,
                more_districts=first_district + len(shown)
                if len(every) > first_district + len(shown)
                else None,
                sums=district_sums(db, self.service.election, [each.district for each in shown]),
                lists=[listed(desk, self.looks, kind) for kind in KINDS],
                traffic=traffic,
                signs=signs(db, self.service, not_well, traffic, view.now),
            )

    def _over_time(self, db: Connection, reported: int) -> list[tuple[datetime, int]]:
        """Give the pace on the election's clock. It ends with what the totals say: a station whose
        results were taken out had reported, and has not now."""
        local = self.service.election.local
        points = [(local(at), count) for at, count in self._pace.over_time(db, self.service.clock())]
        return [*points[:-1], (points[-1][0], reported)] if points else []
