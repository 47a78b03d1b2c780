"""Which station a text means, by who sent it."""

import re
from collections.abc import Callable, Sequence

from gateway.context import Context, Outcome
from gateway.districts import ROMAN
from models import stations
from models.people import District, Person, roster_version
from models.store import OutdatedError
from notify.texts import stations as station_texts
from parser.commands import StationRef
from parser.courtesy import DISTRICT, VILLAGE
from parser.near import distance, nearest
from parser.station import Station

_MOST_WORDS = 12  # behind a station; a village's name has at most six
LONGEST_NAME = 6
_BEFORE_VILLAGE = VILLAGE | {"DI", "WILAYAH"}
_SHORT = 3  # letters: "Air" names no village
_DISTRICT_WORDS = range(1, 4)  # how many words the name of a district may have
_BETWEEN = re.compile(r"[\s.,:;/|()]+")


def own_station(person: Person, ref: StationRef | None) -> Station | None:
    """Give the station that a monitor means: their own code first, then the number printed on
    their own form, alone or with the village's name; left out, their only one."""
    if ref is None:
        return person.stations[0] if len(person.stations) == 1 else None
    mine = [each for each in person.stations if not ref.words or same_village(ref.words, each.village)]
    by_code = [each for each in mine if each.number == ref.number]
    found = by_code or [each for each in mine if each.form_number == ref.number]
    return found[0] if len(found) == 1 else None


def may_name(person: Person, number: int) -> bool:
    """Whether a number alone may name a station that this person reports for."""
    return person.is_coordinator or own_station(person, StationRef(number)) is not None


def named_stations(ctx: Context, person: Person, ref: StationRef | None) -> Sequence[Station] | Outcome:
    """Give the station that a monitor names, all of theirs where none is named, or the refusal."""
    here = own_station(person, with_village(ctx, ref))
    if ref is not None and here is None:
        return refuse_station(ctx, person)
    return (here,) if here else person.stations


def own_stations(ctx: Context, person: Person, ref: StationRef | None) -> Sequence[Station]:
    """Give the station that a monitor names, where it is one of theirs, else all of theirs."""
    here = own_station(person, with_village(ctx, ref))
    return (here,) if here else person.stations


def with_village(ctx: Context, ref: StationRef | None) -> StationRef | None:
    """Give a station as typed with no other words than the village that they name, if any: "TPS 3
    Kel. Cereme Taba pak" is the third of Cereme Taba, never our station 003."""
    if ref is None or not ref.words:
        return ref
    parts = _parts(ref.words)
    found = village_among(ctx, parts, lambda at, end: ref.words if (at, end) == (0, len(parts)) else "")
    return StationRef(ref.number, found[2] if found else _own_village(ctx, ref) or _other_village(ctx, ref))


def _own_village(ctx: Context, ref: StationRef) -> str:
    """Give the village that words are a part of, of a monitor who has stations in several."""
    if ctx.person is None or ctx.person.is_coordinator or len(ctx.person.stations) == 1:
        return ""
    meant = {each.village for each in ctx.person.stations if _shared(ref.words, each.village)}
    return meant.pop() if len(meant) == 1 else ""


def _other_village(ctx: Context, ref: StationRef) -> str:
    """Give the village that a monitor names beside a number that is not our code, where it is not their own:
    a letter or two from another of the district."""
    mine = () if ctx.person is None or ctx.person.is_coordinator else ctx.person.stations
    if not mine or any(each.number == ref.number for each in mine):
        return ""
    if _near(ctx, ref.words, [each.village for each in mine]):
        return ""
    known = stations.villages_of(ctx.db, [District(each.district_id, each.district) for each in mine])
    return next(iter(_near(ctx, ref.words, known).values()), "")


def of_replacement(ctx: Context, ref: StationRef | None, name: str) -> tuple[StationRef | None, str]:
    """Part the words between a station and a phone, where no name stands behind it: a village that has
    a station of that number on its form, then the name of a person, as typed."""
    parts = _parts(name)
    if ref is None or not parts or [each.upper() for each in parts] != _parts(ref.words):
        return ref, name
    found = village_among(ctx, _parts(ref.words))
    claims = bool(VILLAGE.intersection(_parts(ref.words)))
    if found and (claims or stations.stations_by_form(ctx.db, ref.number, found[2])):
        return StationRef(ref.number, found[2]), " ".join(parts[found[1] :])
    near = () if claims else _near(ctx, ref.words, _villages(ctx))
    if claims or any(stations.stations_by_form(ctx.db, ref.number, each) for each in near):
        return ref, name
    return StationRef(ref.number), name


def village_among(
    ctx: Context, parts: Sequence[str], typed: Callable[[int, int], str] = lambda _start, _end: ""
) -> tuple[int, int, str] | None:
    """Give where a village of the roster begins and ends among the words behind a station, and its name,
    which may have marks, as ``typed``. A person's name may be one too, so that it counts only at the
    beginning, behind a word for one, or behind the district."""
    spans = _spans(ctx, parts)
    named = [(at, end, " ".join(parts[at:end])) for at, end in spans]
    named += [(at, end, name) for at, end in spans if (name := typed(at, end))]
    known = stations.villages(ctx.db, [name for _, _, name in named])
    return next((each for each in named if stations.squeezed(each[2]) in known), None)


def _beginnings(ctx: Context, parts: Sequence[str]) -> list[int]:
    """Give where a village may begin: behind a word for one first."""
    behind = [at for at in range(1, len(parts)) if is_before_village(parts[at - 1])]
    named = [at for at in range(1, len(parts)) if parts[at - 1] in DISTRICT]
    district = [at + words for at in named for words in _DISTRICT_WORDS]
    roman = [ROMAN.get(each, each) for each in parts]  # "Timur 1"
    own = [len(each) for each in _own_districts(ctx) if roman[: len(each)] == each]
    return [at for at in dict.fromkeys((*behind, 0, *own, *district)) if at < len(parts)]


def _spans(ctx: Context, parts: Sequence[str]) -> list[tuple[int, int]]:
    """Give where what may be a village's name begins and ends, the longest of each beginning first."""
    return [
        (at, end)
        for at in _beginnings(ctx, parts)
        for end in range(min(len(parts), at + LONGEST_NAME), at, -1)
    ]


def is_before_village(word: str) -> bool:
    """Whether a village's name may follow a word: "Kel.", "desa", "di"."""
    return word in _BEFORE_VILLAGE or distance(word, "KELURAHAN") <= 2


def _own_districts(ctx: Context) -> list[list[str]]:
    if ctx.person is None:
        return []
    names = {each.name for each in ctx.person.districts} | {each.district for each in ctx.person.stations}
    return [_parts(each.upper()) for each in sorted(names)]


def _parts(words: str) -> list[str]:
    return [each for each in _BETWEEN.split(words) if each][:_MOST_WORDS]


def unknown_village(ctx: Context, words: str, station: Station | None) -> str:
    """Give the village that words name and the roster does not know: behind a word for one, a letter or two
    from one that the sender looks after, or a part of one that is not the ``station``'s. Empty where they
    name none."""
    claimed = next((at for at, each in enumerate(_parts(words)) if each in VILLAGE), None)
    if claimed is not None:
        return " ".join(_parts(words)[claimed + 1 :]) or words
    return nearly_village(ctx, words) or _part_of_village(words, _villages(ctx), station)


def nearly_village(ctx: Context, words: str) -> str:
    """Give the words that are a letter or two from a village that the sender looks after, if any."""
    return next(iter(_near(ctx, words, _villages(ctx)).values()), "")


def _near(ctx: Context, words: str, villages: Sequence[str]) -> dict[str, str]:
    """Give those of the villages, squeezed, that words are a letter or two from, each with these words."""
    known, parts = list(map(stations.squeezed, villages)), _parts(words)
    names = [" ".join(parts[at:end]) for at, end in _spans(ctx, parts)]
    return {village: name for name in names for village in nearest(stations.squeezed(name), known)}


def _but_for_marks(ctx: Context, words: str) -> str:
    """Give the village that the sender looks after and words name without its marks: "Karang Anyar" is
    Karang-Anyar."""
    parts = _parts(words)
    named = {_bare("".join(parts[at:end])) for at, end in _spans(ctx, parts)}
    return next((each for each in _villages(ctx) if _bare(each) in named), "")


def _bare(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))


def _part_of_village(words: str, villages: Sequence[str], station: Station | None) -> str:
    """Give the words that are of one of the villages, and not of the station's own: "TPS 4 Jemekeh" is the
    fourth of Taba Jemekeh, never our station 004 in Air Kuti."""
    shared = list(dict.fromkeys(word for village in villages for word in _shared(words, village)))
    return "" if station and _shared(words, station.village) else " ".join(shared)


def _shared(words: str, village: str) -> list[str]:
    parts = village.upper().split()
    return [each for each in _parts(words.upper()) if len(each) > _SHORT and each in parts]


def _villages(ctx: Context) -> list[str]:
    """Give the villages that a coordinator looks after."""
    if ctx.person is None or not ctx.person.is_coordinator:
        return []
    return stations.villages_of(ctx.db, ctx.person.districts)


def same_village(words: str, village: str) -> bool:
    """Whether words after a station are its village's name, whatever their case and blanks."""
    return "".join(words.casefold().split()) == "".join(village.casefold().split())


def reporting_station(ctx: Context, ref: StationRef | None) -> Station | Outcome:
    """Give the station that a report is for, or the refusal of SPEC section 3."""
    person = ctx.person
    if person is None:
        return _named(ctx, ref)
    typed, ref = ref, with_village(ctx, ref)
    own = own_station(person, ref)
    if own is not None and (ref is None or own.number == ref.number or ref.words):
        return own
    if person.is_coordinator:  # whose "TPS 5" is our station 005 before it is their own fifth form
        found = coordinated_station(ctx, typed)
        return own or found if isinstance(found, Outcome) else found
    if own is not None:
        return own
    if ref is None:
        return station_needed(ctx)
    if not person.is_monitor:
        return _named(ctx, typed)
    return refuse_station(ctx, person)


def refuse_station(ctx: Context, person: Person) -> Outcome:
    """Name a monitor's own stations, and say nothing of the other."""
    codes = [each.code for each in person.stations]
    return ctx.refused("not_your_station", station_texts.not_your_station(ctx.lang, stations=codes))


def coordinated_station(ctx: Context, ref: StationRef | None) -> Station | Outcome:
    """Give a station that the sender coordinates, or the refusal."""
    found = _named(ctx, ref)
    if isinstance(found, Outcome) or (ctx.person and ctx.person.looks_after(found)):
        return found
    return _outside(ctx, found, ctx.person.districts if ctx.person else ())


def visible_station(ctx: Context, ref: StationRef | None) -> Station | Outcome:
    """Give a station that the sender coordinates or watches, or the refusal."""
    found = _named(ctx, ref)
    if isinstance(found, Outcome) or (ctx.person and ctx.person.may_see(found)):
        return found
    return _outside(ctx, found, (*ctx.person.districts, *ctx.person.watches) if ctx.person else ())


def station_needed(ctx: Context, written: str = "") -> Outcome:
    """Ask for the station that a text left out; ``written`` is the sender's own text with room for it."""
    reply = station_texts.station_needed(ctx.lang, example=ctx.form or ctx.example(), whole=written)
    return ctx.refused("station_needed", reply)


def _named(ctx: Context, ref: StationRef | None) -> Station | Outcome:
    """Give the station named, of the roster that the sender was looked for in: OutdatedError where that has
    changed since, by which the log would keep another roster than the text was judged by."""
    found = _named_now(ctx, ref)
    if isinstance(found, Station) and roster_version(ctx.db) != (ctx.roster or 0):
        raise OutdatedError
    return found


def _named_now(ctx: Context, ref: StationRef | None) -> Station | Outcome:
    typed, ref = ref, with_village(ctx, ref)
    if ref is None or typed is None:
        return station_needed(ctx)
    if typed.before and not ref.words:
        typed = StationRef(ref.number, f"{typed.before} {typed.words}".strip())
        ref = with_village(ctx, typed) or ref
    station = stations.station_by_number(ctx.db, ref.number)
    unread = "" if ref.words else typed.words
    if unread and (village := unknown_village(ctx, unread, station)):
        if not (known := _but_for_marks(ctx, unread)):
            return ctx.refused("unknown_station", station_texts.unknown_village(ctx.lang, village=village))
        ref = StationRef(ref.number, known)
    by_form = stations.stations_by_form(ctx.db, ref.number, ref.words) if ref.words else []
    if station is None or (ref.words and not same_village(ref.words, station.village)):
        if len(by_form) == 1:
            return by_form[0]
        return ctx.refused("unknown_station", station_texts.unknown_station(ctx.lang, number=ref.number))
    if other := next((each for each in by_form if each.id != station.id), None):
        both = {"station": station.code, "by_form": other.code}
        reply = station_texts.either_station(ctx.lang, village=station.village, **both)
        return ctx.refused("station_needed", reply)
    return station


def _outside(ctx: Context, station: Station, mine: Sequence[District]) -> Outcome:
    names = list(dict.fromkeys(each.name for each in mine))
    return ctx.refused(
        "not_allowed", station_texts.not_allowed_station(ctx.lang, station=station.code, mine=names)
    )
