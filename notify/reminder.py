"""Reminders to monitors who are missing something, each once for each of them (SPEC section 5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from config.election import Election, ReminderPlan
from models import messages, missing, notes, outbox, people, slots, stations
from models.outbox import Draft
from models.people import Person
from models.slots import Slot
from models.store import Store
from notify.example import example_for
from notify.segments import segments
from notify.texts import reminder as words
from parser.station import Station

LATE = timedelta(hours=1)  # later than this, a reminder is of no use

Lacking = Mapping[int, tuple[str, ...]]  # by station: the codes of the contests that are missing


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder of the election file, at a moment."""

    election: Election
    plan: ReminderPlan
    now: datetime

    @property
    def is_due(self) -> bool:
        """Whether its time has come and is not long gone, nor that of what it asks for."""
        at = self.plan.at.astimezone(UTC)  # on one wall clock a sum would pass over a change of it
        in_time = at <= self.now <= at + LATE
        return in_time and self.now < self.expires_at

    @property
    def expires_at(self) -> datetime:
        """Give until when it is of use: practice is counted once reporting opens, and is none where that is
        left out; after closing results are refused."""
        bounds = {"practice": self.election.opens or self.now, "results": self.election.closes}
        alive = self.now + outbox.TIME_TO_LIVE
        return min(alive, bounds.get(self.plan.about) or alive)

    @property
    def key(self) -> tuple[str, str]:
        """Give what makes it happen once: the series and the slot."""
        return f"reminder {self.plan.about}", self.plan.at.isoformat()

    def send(self, store: Store) -> int:
        """Queue it to every monitor who is missing what it is about, for each of their stations; give how
        many texts."""
        with store.reading() as db:
            lacking = self._lacking(db)
            waiting = [
                (person, station)
                for person in people.people_with(db, "monitor")
                for station in self._about(person, lacking)
            ]
        return store.in_batches(waiting, lambda db, each: self._text(db, *each, lacking))

    def _about(self, person: Person, lacking: Lacking) -> list[Station]:
        """Give the stations that a monitor is reminded of; of HADIR once, which is for all of theirs."""
        found = [station for station in person.stations if station.id in lacking]
        return found[:1] if self.plan.about == "present" else found

    def _lacking(self, db: Connection) -> Lacking:
        """Give the stations that lack something, but not those still counting by their own word."""
        counting = notes.still_counting(db, self.now)
        return {key: codes for key, codes in self._all_lacking(db).items() if key not in counting}

    def _all_lacking(self, db: Connection) -> Lacking:
        match self.plan.about:
            case "results":
                return {each.station.id: each.contests for each in missing.awaited(db, self.election)}
            case "present":
                return {each.id: () for each in notes.absent_monitors(db, None)}
            case "practice":
                practised = notes.practice_times(db)
                return {each.id: () for each in stations.all_stations(db) if each.id not in practised}

    def _text(self, db: Connection, person: Person, station: Station, lacking: Lacking) -> bool:
        series, moment = self.key
        slot_id = slots.take(db, Slot(series, f"{moment} {station.code}", person.id), self.now, "")
        if slot_id is None:
            return False
        body = self._words(person, station, lacking[station.id])
        draft = Draft(
            recipient=messages.phone_of(db, person),
            body=body,
            segments=segments(body),
            kind=outbox.BULK,
            person_id=person.id,
            station_id=station.id,
            expires_at=self.expires_at,
        )
        slots.texted(db, slot_id, outbox.queue(db, draft, self.now))
        return True

    def _words(self, person: Person, station: Station, contests: tuple[str, ...]) -> str:
        lang = person.lang or self.election.language
        match self.plan.about:
            case "results":
                example = example_for(person, station, self.election, contests)
                return words.results_reminder(lang, station=station.code, example=example)
            case "present":
                return words.presence_reminder(lang, station=station.code)
            case "practice":
                example = example_for(person, station, self.election)
                return words.practice_reminder(lang, station=station.code, example=example)
