"""People from a file: who is new, who has changed, who has lost a role."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from models import pins, roster
from models.people import Person, everyone
from models.roster_files import PersonLine
from models.tables import DistrictRow, PersonRow, PhoneRow, RoleRow, StationRow

Role = tuple[str, int | None, int | None]  # role, station's row, district's row


@dataclass(slots=True)
class Wanted:
    """A person as a file has them: the lines of one phone, put together."""

    line: int
    name: str
    phones: tuple[str, ...]
    lang: str | None
    pin: str | None
    roles: list[PersonLine]


def put_together(lines: list[PersonLine]) -> tuple[list[Wanted], list[tuple[int, str]]]:
    """Put the lines of one phone together; a phone of two people is a problem."""
    by_phone: dict[str, Wanted] = {}
    people: list[Wanted] = []
    problems: list[tuple[int, str]] = []
    for each in lines:
        known = {id(by_phone[phone]): by_phone[phone] for phone in each.phones if phone in by_phone}
        if len(known) > 1:
            first, second = list(known.values())[:2]
            problems.append(
                (each.line, f"its phones are of two people, lines {first.line} and {second.line}")
            )
            continue
        person = next(iter(known.values()), None)
        if person is None:
            lang = each.lang.value if each.lang else None
            person = Wanted(each.line, each.name, (), lang, each.pin, [])
            people.append(person)
        elif each.name and person.name.casefold() != each.name.casefold():
            problems.append(
                (each.line, f"the phone is {person.name}'s in line {person.line}, not {each.name}'s")
            )
            continue
        person.roles.append(each)
        person.phones = tuple(dict.fromkeys((*person.phones, *each.phones)))
        person.pin = person.pin or each.pin
        person.lang = person.lang or (each.lang.value if each.lang else None)
        by_phone.update(dict.fromkeys(each.phones, person))
    return people, problems


def import_people(db: Connection, wanted: list[Wanted], *, prune: bool) -> tuple[int, int, int]:
    """Bring the people to what the file says; give how many were added, changed and removed."""
    known = {phone: person for person in everyone(db) for phone in person.phones}
    hashes = {row.id: row.pin_hash for row in db.execute(select(PersonRow.id, PersonRow.pin_hash))}
    writing = Writing(db, station_ids(db), district_ids(db), hashes)
    named: set[int] = set()
    for each in wanted:
        person = next((known[phone] for phone in each.phones if phone in known), None)
        named.add(writing.put(each, person))
    writing.leave_to(named, wanted)
    removed = writing.prune(known, named) if prune else 0
    return writing.added, len(writing.changed), removed


def station_ids(db: Connection) -> dict[int, int]:
    """Give the stations' rows by number."""
    rows = db.execute(select(StationRow.number, StationRow.id).where(~StationRow.removed))
    return {row.number: row.id for row in rows}


def district_ids(db: Connection) -> dict[str, int]:
    """Give the districts' rows by name, in lower case."""
    return {row.name.casefold(): row.id for row in db.execute(select(DistrictRow.id, DistrictRow.name))}


class Writing:
    """An import's changes to people; the roster counts up at the first of them."""

    def __init__(
        self,
        db: Connection,
        stations: dict[int, int],
        districts: dict[str, int],
        hashes: dict[int, str | None],
    ) -> None:
        self.db = db
        self.stations = stations
        self.districts = districts
        self.hashes = hashes
        self.added = 0
        self.changed: set[int] = set()
        self._version: int | None = None

    @property
    def version(self) -> int:
        """The roster's count of this import."""
        if self._version is None:
            self._version = roster.next_version(self.db)
        return self._version

    def put(self, each: Wanted, person: Person | None) -> int:
        """Bring one person to what the file says, and give their row."""
        if person is None:
            self.added += 1
            pin = pins.hash_pin(each.pin) if each.pin else None
            values = {"name": each.name or None, "language": each.lang, "pin_hash": pin}
            person_id = int(
                self.db.execute(insert(PersonRow).values(values).returning(PersonRow.id)).scalar_one()
            )
            self._phones(person_id, (), each.phones)
            self._roles(person_id, set(), self._wanted_roles(each))
            return person_id
        self._details(each, person)
        if set(person.phones) != set(each.phones):
            self.changed.add(person.id)
            self._phones(person.id, person.phones, each.phones)
        had, wants = _roles_of(person), self._wanted_roles(each)
        if had != wants:
            self.changed.add(person.id)
            self._roles(person.id, had, wants)
        return person.id

    def leave_to(self, named: set[int], wanted: list[Wanted]) -> None:
        """Take the stations that the file names from monitors whom it does not name."""
        stations = {
            self.stations[role.station] for each in wanted for role in each.roles if role.station is not None
        }
        others = self.db.execute(
            select(RoleRow.person_id, RoleRow.station_id).where(
                RoleRow.role == "monitor", RoleRow.until.is_(None), RoleRow.person_id.not_in(named)
            )
        ).all()
        for row in others:
            if row.station_id in stations:
                self.changed.add(row.person_id)
                self._roles(row.person_id, {("monitor", row.station_id, None)}, set())

    def prune(self, known: dict[str, Person], named: set[int]) -> int:
        """Take everyone off the roster whom the file does not name, and count them."""
        gone = {person.id: person for person in known.values() if person.id not in named}
        for person in gone.values():
            self._roles(person.id, _roles_of(person), set())
        self.changed -= gone.keys()
        return len(gone)

    def _details(self, each: Wanted, person: Person) -> None:
        kept = self.hashes.get(person.id)
        pin = kept
        if each.pin and not (kept and pins.pin_matches(each.pin, kept)):
            pin = pins.hash_pin(each.pin)
        lang = each.lang or (person.lang.value if person.lang else None)
        values = {"name": each.name or person.name or None, "language": lang, "pin_hash": pin}
        if values != {"name": person.name or None, "language": person.lang, "pin_hash": kept}:
            self.changed.add(person.id)
            self.db.execute(update(PersonRow).where(PersonRow.id == person.id).values(values))

    def _phones(self, person_id: int, had: tuple[str, ...], wants: tuple[str, ...]) -> None:
        for number in set(had) - set(wants):
            mine = (PhoneRow.person_id == person_id, PhoneRow.number == number, PhoneRow.until.is_(None))
            self.db.execute(update(PhoneRow).where(*mine).values(until=self.version))
        for place, number in enumerate(wants, start=1):
            if number not in had:
                values = {"person_id": person_id, "number": number, "place": place, "since": self.version}
                self.db.execute(insert(PhoneRow), values)

    def _roles(self, person_id: int, had: set[Role], wants: set[Role]) -> None:
        for role, station, district in had - wants:
            mine = (RoleRow.person_id == person_id, RoleRow.role == role, RoleRow.until.is_(None))
            where = (
                RoleRow.station_id.is_not_distinct_from(station),
                RoleRow.district_id.is_not_distinct_from(district),
            )
            self.db.execute(update(RoleRow).where(*mine, *where).values(until=self.version))
        for role, station, district in sorted(wants - had, key=str):
            values = {"role": role, "station_id": station, "district_id": district, "since": self.version}
            self.db.execute(insert(RoleRow), {"person_id": person_id, **values})
        if had and not wants:
            roster.close_phones(self.db, person_id, self.version)

    def _wanted_roles(self, each: Wanted) -> set[Role]:
        return {
            (
                role.role,
                self.stations[role.station] if role.station is not None else None,
                self.districts[role.district.casefold()] if role.district else None,
            )
            for role in each.roles
        }


def _roles_of(person: Person) -> set[Role]:
    found: set[Role] = {("monitor", station.id, None) for station in person.stations}
    found |= {("coordinator", None, district.id) for district in person.districts}
    found |= {("official", None, district.id) for district in person.watches}
    return found | ({("official", None, None)} if person.everywhere else set())
