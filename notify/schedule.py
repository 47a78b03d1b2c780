"""Summaries and reminders when they are due, each once for each recipient (SPEC section 5).

The database decides "once", by a unique key. What a process remembers only spares it the asking.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import Connection

from config.election import Election, ReminderPlan, SummaryPlan
from models import messages, opt_outs, outbox, people, slots, tally
from models.outbox import Draft
from models.people import District, Person
from models.slots import Slot
from models.store import Store
from models.tally import Totals
from notify import summary
from notify.reminder import Reminder
from notify.segments import segments

COMPLETE = "complete"  # the slot of the last summary
Region = tuple[District, ...] | None


def due_slot(plan: SummaryPlan, election: Election, now: datetime) -> datetime | None:
    """Give the slot of a plan whose turn it is, in UTC; None where there is none (SPEC section 5).

    The latest one that has come, ``until`` included, unless it is older than the plan's own
    ``every``: after downtime one summary goes out, and none whose successor is due.
    """
    until = plan.until or election.closes
    latest = min(now, until or now).astimezone(UTC)
    start = _start(plan, election, latest)
    if latest < start:
        return None
    slot = start + (latest - start) // plan.every * plan.every
    return None if now - slot > plan.every else slot


def next_slot(plan: SummaryPlan, election: Election, slot: datetime) -> datetime:
    """Give when the successor of a slot is due, or would be: where slots begin with the day, that of the
    day's last one is the next midnight, though ``every`` does not divide the day."""
    due, midnight = slot + plan.every, _midnight(election, slot, days=1)
    until = plan.until or election.closes
    begins_anew = not (plan.start or election.opens) and (until is None or midnight <= until)
    return min(due, midnight) if begins_anew else due


def _start(plan: SummaryPlan, election: Election, latest: datetime) -> datetime:
    """Give the first slot, in UTC: differences on one wall clock would pass over a change of it."""
    start = plan.start or election.opens
    return _midnight(election, latest) if start is None else start.astimezone(UTC)


def _midnight(election: Election, at: datetime, days: int = 0) -> datetime:
    """Give when the day of a moment began, or one so many days later, in UTC."""
    day = election.local(at).date() + timedelta(days=days)
    return datetime.combine(day, time(), tzinfo=election.timezone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Issue:
    """One summary of a plan: its slot, and when its successor is due (None: there is none)."""

    plan: SummaryPlan
    slot: str
    expires_at: datetime | None = None

    @property
    def series(self) -> str:
        """Give the key under which it happens once: two plans with a slot at the same moment for
        the same people are one text."""
        return f"summary {self.plan.to}"


@dataclass(slots=True)
class Schedule:
    """What the election file wants texted, and when."""

    store: Store
    election: Election
    _done: dict[SummaryPlan | ReminderPlan, datetime] = field(default_factory=dict)
    _looked: object = None  # what the last look for last summaries found

    def run_due(self, now: datetime) -> int:
        """Queue what is due and has not been; give how many texts."""
        queued = self._last_summaries(now)
        for plan in self.election.summaries:
            slot = due_slot(plan, self.election, now)
            if slot is not None and self._done.get(plan) != slot:
                queued += self._summarise(
                    Issue(plan, slot.isoformat(), next_slot(plan, self.election, slot)), now
                )
                self._done[plan] = slot
        for each in self.election.reminders:
            reminder = Reminder(self.election, each, now)
            if reminder.is_due and each not in self._done:
                queued += reminder.send(self.store)
                self._done[each] = now
        return queued

    def _last_summaries(self, now: datetime) -> int:
        """Text the last summary to those whose every station is complete (slot ``complete``)."""
        begun = {plan.to: plan for plan in self.election.summaries if now >= _start(plan, self.election, now)}
        with self.store.reading() as db:
            unfinished = tally.unfinished_districts(db)
        looked = unfinished, begun
        if looked == self._looked or all(unfinished.values()):
            return 0
        queued = 0
        for plan in begun.values():
            queued += self._summarise(Issue(plan, COMPLETE), now, unfinished)
        self._looked = looked
        return queued

    def _summarise(self, issue: Issue, now: datetime, unfinished: dict[int, bool] | None = None) -> int:
        with self.store.reading() as db:
            taken = slots.taken(db, issue.series, issue.slot)
            recipients = [
                person
                for person in people.people_with(db, issue.plan.to)
                if person.id not in taken
                and not person.paused
                and (unfinished is None or _is_finished(_region(person, issue.plan), unfinished))
            ]
        return self.store.in_batches(recipients, lambda db, each: self._text(db, issue, each, now))

    def _text(self, db: Connection, issue: Issue, person: Person, now: datetime) -> bool:
        """Take the slot of a recipient; queue the summary where it is theirs and says anything. Who opted
        out gets none, and no failed text at each slot either."""
        phone = messages.phone_of(db, person)
        if opt_outs.opted_out(db, phone):
            return False
        region = _region(person, issue.plan)
        totals = tally.totals(db, self.election, region)
        # The plan's start stands beside the figures: its first summary is sent whatever was before.
        figures, start = summary.digest(totals), f" {issue.plan.start or self.election.opens or ''}"
        last = slots.last_figures(db, issue.series, person.id, start, now)
        is_new = last is None or last.partition(" ")[0] != figures
        slot_id = slots.take(db, Slot(issue.series, issue.slot, person.id), now, figures + start)
        if slot_id is None:
            return False
        body = self._body(issue, person, totals, is_new=is_new, now=now)
        if body is None:
            return False
        draft = Draft(
            recipient=phone,
            body=body,
            segments=segments(body),
            kind=outbox.BULK,
            person_id=person.id,
            expires_at=issue.expires_at,
        )
        slots.texted(db, slot_id, outbox.queue(db, draft, now))
        return True

    def _body(
        self, issue: Issue, person: Person, totals: Totals, *, is_new: bool, now: datetime
    ) -> str | None:
        lang = person.lang or self.election.language
        region = _region(person, issue.plan)
        name = None if region is None else ", ".join(district.name for district in region)
        if is_new or issue.slot == COMPLETE:
            return summary.compose(totals, self.election, lang, now, name)
        # After the last summary there is nothing to add, not even that nothing is new.
        if issue.plan.unchanged == "skip" or totals.stations.all_complete:
            return None
        return summary.compose_unchanged(totals, self.election, lang, now, name)


def _region(person: Person, plan: SummaryPlan) -> Region:
    """Give the districts that a recipient's summary is of; None is the whole."""
    if plan.to == "coordinator":
        return person.districts
    return None if person.everywhere else person.watches


def _is_finished(region: Region, unfinished: dict[int, bool]) -> bool:
    """Whether the region has stations and all of them are complete."""
    wanted: Iterable[int] = unfinished if region is None else [district.id for district in region]
    found = [unfinished[each] for each in wanted if each in unfinished]
    return bool(found) and not any(found)
