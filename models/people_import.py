"""People from a file: who is new, who has changed, who has no role left (SPEC section 7)."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, insert, update

from models import dialect, pins
from models.people_batches import Batch, PeopleFile, batches
from models.people_match import Wanted, match, numbers_of
from models.people_now import Details, Now, Places, Role, others_to_change
from models.staging import chunks
from models.station_import import district_ids
from models.tables import PersonRow, PhoneRow, RoleRow

_ADD_PERSON = insert(PersonRow).returning(PersonRow.id, sort_by_parameter_order=True)
_CHANGE_PERSON = (
    update(PersonRow)
    .where(PersonRow.id == bindparam("key"))
    .values(
        name=bindparam("new_name"), language=bindparam("new_language"), pin_hash=bindparam("new_pin_hash")
    )
)
_CLOSE_PHONE = (
    update(PhoneRow)
    .where(PhoneRow.number == bindparam("left"), PhoneRow.until.is_(None))
    .values(until=bindparam("now"))
)
_OPEN_PHONE, _OPEN_ROLE = insert(PhoneRow), insert(RoleRow)
_CLOSE_ROLE = update(RoleRow).where(RoleRow.id == bindparam("key")).values(until=bindparam("now"))


@dataclass(frozen=True, slots=True)
class PeopleCounts:
    """How many people came, changed and left the roster."""

    added: int = 0
    changed: int = 0
    removed: int = 0

    def __add__(self, other: "PeopleCounts") -> "PeopleCounts":
        return PeopleCounts(
            self.added + other.added, self.changed + other.changed, self.removed + other.removed
        )


@dataclass(slots=True)
class Changes:
    """What is to be written. Rows are closed and opened, so that the roster of any time can be told.

    ``owned`` are the numbers that are someone's now.
    """

    owned: Collection[str]
    details: list[tuple[int, Details]] = field(default_factory=list)
    numbers_closed: dict[str, None] = field(default_factory=dict)
    numbers_opened: list[tuple[int, str, int]] = field(default_factory=list)  # person, number, place
    roles_closed: list[int] = field(default_factory=list)
    roles_opened: list[tuple[int, Role]] = field(default_factory=list)
    changed: set[int] = field(default_factory=set)
    removed: set[int] = field(default_factory=set)

    def set_numbers(self, person: int, had: tuple[str, ...], wants: tuple[str, ...]) -> None:
        """Give a person those numbers; one that is another's now is closed there."""
        before = dict(zip(had, range(len(had)), strict=True))
        for place, number in enumerate(wants):
            if before.pop(number, None) != place:
                if number in self.owned:
                    self.numbers_closed[number] = None
                self.numbers_opened.append((person, number, place + 1))
                self.changed.add(person)
        if before:
            self.numbers_closed |= dict.fromkeys(before)
            self.changed.add(person)

    def set_roles(self, person: int, had: dict[Role, int], wants: Iterable[Role]) -> None:
        """Give a person those roles and no other."""
        wanted = dict.fromkeys(wants)
        closed = [row for role, row in had.items() if role not in wanted]
        opened = [role for role in wanted if role not in had]
        self.roles_closed += closed
        self.roles_opened += [(person, role) for role in opened]
        if closed or opened:
            self.changed.add(person)

    def set_details(self, person: int, had: Details, wants: Details) -> None:
        """Give a person those details."""
        if had != wants:
            self.details.append((person, wants))
            self.changed.add(person)


def import_people(
    db: Connection,
    file: PeopleFile | None,
    *,
    prune: bool,
    version: Callable[[], int],
    step: Callable[[int], None],
) -> PeopleCounts:
    """Bring the people to what a file says, after its stations; give what has changed.

    All roles of whom it names become the file's, and so do the monitors of a station that it
    names. Who has no role left leaves the roster with their numbers. With ``prune`` all others go.
    """
    counts, districts = PeopleCounts(), district_ids(db)
    more = dialect.growing(db, *(each.__tablename__ for each in (PersonRow, PhoneRow, RoleRow)))
    for batch in batches(db, file) if file else ():
        counts += _bring(db, batch, districts, prune=prune, version=version)
        more()
        step(batch.lines)
    for now in others_to_change(db, everyone=prune):
        changes = Changes(())
        _put_others(changes, now, (), prune=prune)
        counts += _counted(db, changes, (), version)
    return counts


def _bring(
    db: Connection, batch: Batch, districts: dict[str, int], *, prune: bool, version: Callable[[], int]
) -> PeopleCounts:
    """Bring some of a file's people in; what they take from others is taken here, too."""
    now, places = Now.of(db, batch), Places.of(db, batch, districts)
    owners = {number: person for person, numbers in now.phones.items() for number in numbers}
    named = {number: each for each in batch.wanted for number in each.phones}
    changes = Changes(owners.keys())
    matched = match(batch.wanted, owners, lambda person: now.details[person].name)
    added = _add(db, [each for each, person in zip(batch.wanted, matched, strict=True) if person is None])
    new = iter(added)
    for each, found in zip(batch.wanted, matched, strict=True):
        person = next(new) if found is None else found
        changes.set_roles(person, now.roles.pop(person, {}), map(places.role, each.places))
        _put_named(changes, now, each, person, named)
    _put_others(changes, now, named.keys(), prune=prune)
    return _counted(db, changes, added, version)


def _put_named(changes: Changes, now: Now, each: Wanted, person: int, named: Mapping[str, Wanted]) -> None:
    """Note what changes in the numbers and details of a person of a file, and take them out of ``now``."""
    had = now.phones.pop(person, ())
    changes.set_numbers(person, had, numbers_of(each, had, named))
    if (kept := now.details.get(person)) is not None:
        changes.set_details(person, kept, _details(each, kept))


def _put_others(changes: Changes, now: Now, taken: Collection[str], *, prune: bool) -> None:
    """Note what changes for people whom the file does not name; ``taken`` numbers are others' now."""
    for person, had in now.phones.items():
        roles = now.roles.get(person, {})
        numbers = tuple(number for number in had if number not in taken)
        kept = [role for role in roles if role[1] not in now.lost]
        if prune or not numbers or not kept:
            changes.removed.add(person)
            numbers, kept = (), []
        changes.set_roles(person, roles, kept)
        # A number that is taken is closed, and opened again, with those of its new owner.
        changes.numbers_closed |= dict.fromkeys(number for number in had if number not in numbers)
        if len(numbers) < len(had):
            changes.changed.add(person)


def _counted(
    db: Connection, changes: Changes, added: Sequence[int], version: Callable[[], int]
) -> PeopleCounts:
    """Write what has changed, and count it."""
    _write(db, changes, version)
    changed = changes.changed.difference(added, changes.removed)
    return PeopleCounts(len(added), len(changed), len(changes.removed))


def _write(db: Connection, changes: Changes, version: Callable[[], int]) -> None:
    if not changes.changed:
        return
    now = version()
    for details in chunks(changes.details):
        db.execute(_CHANGE_PERSON, [_details_row(person, kept) for person, kept in details])
    for numbers in chunks(changes.numbers_closed):
        db.execute(_CLOSE_PHONE, [{"left": number, "now": now} for number in numbers])
    for opened in chunks(changes.numbers_opened):
        names = ("person_id", "number", "place")
        db.execute(_OPEN_PHONE, [dict(zip(names, each, strict=True), since=now) for each in opened])
    for closed in chunks(changes.roles_closed):
        db.execute(_CLOSE_ROLE, [{"key": row, "now": now} for row in closed])
    for roles in chunks(changes.roles_opened):
        db.execute(_OPEN_ROLE, [_role_row(person, role, now) for person, role in roles])


def _details_row(person: int, kept: Details) -> dict[str, Any]:
    return {"key": person, **{f"new_{name}": value for name, value in asdict(kept).items()}}


def _role_row(person: int, role: Role, now: int) -> dict[str, Any]:
    name, station, district = role
    return {"person_id": person, "role": name, "station_id": station, "district_id": district, "since": now}


def _add(db: Connection, people: list[Wanted]) -> list[int]:
    """Add people and give their rows, in order."""
    found: list[int] = []
    for chunk in chunks(people):
        rows = [asdict(_details(each, Details(None, None, None))) for each in chunk]
        found += db.execute(_ADD_PERSON, rows).scalars()
    return found


def _details(each: Wanted, kept: Details) -> Details:
    """Give what is kept of a person: an empty cell says nothing, so what is there stays."""
    pin = kept.pin_hash
    if each.pin and not (pin and pins.pin_matches(each.pin, pin)):
        pin = pins.hash_pin(each.pin)
    return Details(each.name or kept.name, each.lang or kept.language, pin)
