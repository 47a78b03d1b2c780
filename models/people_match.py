"""The people of a file, put together from its lines, and who of the roster each of them is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from models.roster_files import PersonLine, district_key

MOST_PHONES = 2  # SIMs of a person
Problem = tuple[int, str]  # a line and what is wrong with it
Place = tuple[str, int | None, str | None]  # role, station's number, district's key


@dataclass(slots=True)
class Wanted:
    """A person as a file has them. ``only_these`` phones are theirs: it names second SIMs too."""

    line: int
    name: str
    phones: tuple[str, ...]
    lang: str | None
    pin: str | None
    places: list[Place]
    only_these: bool

    def take(self, each: PersonLine) -> None:
        """Add another line of the same person."""
        self.name = self.name or each.name
        self.phones = tuple(dict.fromkeys((*self.phones, *each.phones)))
        self.lang = self.lang or each.lang
        self.pin = self.pin or each.pin
        district = None if each.role == "monitor" else district_key(each.district) or None
        self.places.append((each.role, each.station, district))

    def faults(self, each: PersonLine) -> list[str]:
        """Give why another line with a number of theirs cannot be the same person's."""
        if _differ(self.name.casefold(), each.name.casefold()):
            return [f'its number is of "{self.name}" on line {self.line}; one number, one person']
        found = []
        if len({*self.phones, *each.phones}) > MOST_PHONES:
            found.append(f"a third number for the person of line {self.line}")
        if _differ(self.lang, each.lang):
            found.append(f"another language than on line {self.line}")
        if _differ(self.pin, each.pin):
            found.append(f"another PIN than on line {self.line}")
        return found


def put_together(lines: Sequence[PersonLine]) -> tuple[list[Wanted], list[Problem]]:
    """Give the people of a file: lines with the same number are one person with several roles.

    A number of two people is a problem, which names both lines.
    """
    by_phone: dict[str, Wanted] = {}
    people: list[Wanted] = []
    problems: list[Problem] = []
    for each in lines:
        known = list(
            {id(by_phone[phone]): by_phone[phone] for phone in each.phones if phone in by_phone}.values()
        )
        person = known[0] if known else Wanted(each.line, "", (), None, None, [], each.names_second)
        faults = person.faults(each)
        if len(known) > 1:
            faults = [f"its numbers are of two people, on lines {known[0].line} and {known[1].line}"]
        if faults:
            problems += [(each.line, fault) for fault in faults]
            continue
        if not known:
            people.append(person)
        person.take(each)
        by_phone.update(dict.fromkeys(each.phones, person))
    return people, problems


def match(
    wanted: Sequence[Wanted], owners: Mapping[str, int], name_of: Callable[[int], str | None]
) -> list[int | None]:
    """Give for each person of a file their row on the roster, None for who is new.

    A number tells who it is; where two of the file have numbers of one row, it is the one of that
    name. Each row is one person's.
    """
    found: list[int | None] = [None] * len(wanted)
    claimed: set[int] = set()
    for by_name in (True, False):
        for index, each in enumerate(wanted):
            if found[index] is not None:
                continue
            for row in [owners[phone] for phone in each.phones if phone in owners]:
                same = (name_of(row) or "").casefold() == each.name.casefold()
                if row not in claimed and (same or not by_name):
                    found[index] = row
                    claimed.add(row)
                    break
    return found


def numbers_of(each: Wanted, had: tuple[str, ...], named: Mapping[str, Wanted]) -> tuple[str, ...]:
    """Give the numbers a person is to have: the file's, and where it does not speak of second SIMs
    those that they had, but for what it gives to others."""
    if each.only_these or not set(each.phones) <= set(had):
        return each.phones
    return tuple(phone for phone in had if named.get(phone, each) is each)


def _differ(one: str | None, other: str | None) -> bool:
    return bool(one and other and one != other)
