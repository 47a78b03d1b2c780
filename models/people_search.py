"""Who is on the roster, by what one types to find them: a name, a role, a station, a district."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Connection, exists, or_, select
from sqlalchemy.orm import aliased

from models.people import Person, people_by_id
from models.tables import DistrictRow, PersonRow, PhoneRow, RoleRow, StationRow

MOST_WORDS = 6


def find_people(db: Connection, typed: str, roles: Mapping[str, str], most: int) -> list[Person]:
    """Give the first people of whom every word is true.

    A word is part of a name, a number or a district; a station's code (``TPS 12``, ``012``); or
    what ``roles`` calls a role, by its beginning.
    """
    here = select(RoleRow.person_id).where(RoleRow.until.is_(None))
    for word in typed.lower().replace("tps", " ").split()[:MOST_WORDS]:
        here = here.where(_matches(word, roles))
    ids = db.execute(here.distinct().order_by(RoleRow.person_id).limit(most)).scalars()
    return people_by_id(db, ids)


def _matches(word: str, roles: Mapping[str, str]) -> ColumnElement[bool]:
    role, district = aliased(RoleRow), aliased(DistrictRow)
    now = (role.person_id == RoleRow.person_id, role.until.is_(None))
    named = district.name.icontains(word, autoescape=True)
    conditions: list[ColumnElement[bool]] = [
        exists().where(PersonRow.id == RoleRow.person_id, PersonRow.name.icontains(word, autoescape=True)),
        exists().where(*now, district.id == role.district_id, named),
        exists().where(*now, StationRow.id == role.station_id, district.id == StationRow.district_id, named),
    ]
    if called := [role_name for name, role_name in roles.items() if name.startswith(word)]:
        conditions.append(RoleRow.role.in_(called))
    if word.isascii() and word.isdigit() and len(word) < 19:
        at_station = (StationRow.id == role.station_id, StationRow.number == int(word))
        conditions.append(exists().where(*now, *at_station))
    if any(sign.isdigit() for sign in word):
        phone = (PhoneRow.person_id == RoleRow.person_id, PhoneRow.until.is_(None))
        conditions.append(exists().where(*phone, PhoneRow.number.contains(word, autoescape=True)))
    return or_(*conditions)
