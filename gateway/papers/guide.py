"""``pantau guide``: a card for each monitor, a page for coordinators and one for officials.

Every example is a text that Pantau takes once its dots are filled in; a test reads each.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from config.election import Contest, Election
from gateway.papers import entries
from gateway.papers.entries import Entry
from gateway.papers.paper import Say
from models import people, stations
from models.monitors import Monitor, monitors
from models.people import District, Person
from parser import writing

PLACEHOLDER = ".."  # for a station, while the roster has none


@dataclass(frozen=True, slots=True)
class Card:
    """What a monitor takes along: their station's own example, the commands, what replies mean."""

    say: Say
    station: str
    place: str
    name: str
    send_to: str
    example: str
    contests: tuple[str, ...]
    hints: tuple[str, ...]
    commands: tuple[Entry, ...]
    replies: tuple[Entry, ...]
    notice: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page for people of another role: what they can text, and what to know."""

    title: str
    words: str
    people: tuple[str, ...]
    commands: tuple[Entry, ...]
    hints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """Cards as they are read, then the pages. ``notice`` stands on each page; a card has its own."""

    say: Say
    election: Election
    notice: str
    cards: Iterator[Card]
    leaves: tuple[Leaf, ...]


def compose_guide(
    db: Connection,
    election: Election,
    now: datetime,
    *,
    number: str | None,
    districts: list[District] | None,
) -> Guide:
    """Give the guide of all monitors, or of those of districts. ``number`` is where texts go, None
    where it is to be written in by hand."""
    say = Say(election.language)
    return Guide(
        say=say,
        election=election,
        notice=_notice(say, election, now),
        cards=(_card(each, election, now, number) for each in monitors(db, districts)),
        leaves=(_coordinators(db, election, say, districts), _officials(db, election, say, districts)),
    )


def _card(monitor: Monitor, election: Election, now: datetime, number: str | None) -> Card:
    """Give a card in the language of the monitor's replies."""
    say, station = Say(monitor.lang or election.language), monitor.station
    pin = writing.PIN if election.rules.pin and monitor.has_pin else ""
    on_form = (
        say(f" (di formulir: TPS {station.form_number})", f" (on the form: TPS {station.form_number})")
        if station.form_number not in (None, station.number)
        else ""
    )
    return Card(
        say=say,
        station=f"TPS{station.code}",
        place=f"{station.village}, {station.district}{on_form}",
        name=monitor.name,
        send_to=number or "",
        example=entries.report(election, station.code, pin),
        contests=tuple(_contest(each) for each in election.contests),
        hints=_hints(say, election, pin),
        commands=entries.monitor_commands(say, election, station.code, pin),
        replies=entries.replies(say),
        notice=_notice(say, election, now),
    )


def _contest(contest: Contest) -> str:
    names = ", ".join(f"{each.number} {each.short}" for each in contest.candidates)
    return f"{contest.code} = {contest.name}: {names}"


def _hints(say: Say, election: Election, pin: str) -> tuple[str, ...]:
    minutes = int(election.rules.correction_window.total_seconds() // 60)
    several = (
        say(
            "Pemilihan lain boleh menyusul dalam SMS berikutnya.",
            "Another contest may follow in a later text.",
        )
        if len(election.contests) > 1
        else ""
    )
    found = (
        say(
            "Ganti setiap .. dengan angka dari formulir, menurut nomor urut calon. SAH = suara sah "
            "pemilihan itu. Suara tidak sah, bila ada: tulis TSAH dan angkanya sesudah SAH.",
            "Put a figure from the form for every .., in the candidates' order. SAH = valid votes of "
            "that contest. Invalid votes, if any: write TSAH and the figure after SAH.",
        ),
        say("PIN = PIN Anda sendiri. Rahasia.", "PIN = your own PIN. It is a secret.") if pin else "",
        several,
        say(
            f"Salah kirim? Dalam {minutes} menit kirim lagi angka yang benar. Tidak dibalas? Kirim "
            "lagi: tidak dihitung dua kali.",
            f"A mistake? Send the right figures within {minutes} minutes. No reply? Send it again: "
            "it is not counted twice.",
        ),
    )
    return tuple(filter(None, found))


def _coordinators(db: Connection, election: Election, say: Say, districts: list[District] | None) -> Leaf:
    pin = writing.PIN if election.rules.pin else ""
    return Leaf(
        title=say("Untuk koordinator", "For coordinators"),
        words=say(
            "Kirim SMS dari nomor Anda yang terdaftar. TPS dalam contoh diganti dengan TPS yang dimaksud, .. "
            "dengan angka.",
            "Text from your registered number. Put the station you mean for the one in the examples, and a "
            "figure for every ...",
        ),
        people=_names(people.people_with(db, "coordinator"), lambda each: each.districts, districts),
        commands=entries.coordinator_commands(say, election, _station(db, districts), pin),
        hints=_coordinator_hints(say, pin),
    )


def _coordinator_hints(say: Say, pin: str) -> tuple[str, ...]:
    found = (
        say(
            "Laporan yang berbeda dari yang tercatat, atau tidak wajar, ditahan sebagai kasus (K1, K2) "
            "dan dikirim kepada Anda. Jumlah tidak berubah sampai Anda menjawab TERIMA atau TOLAK.",
            "A report that differs from what stands, or is unlikely, is held as a case (K1, K2) and "
            "sent to you. The totals stay as they are until you answer ACCEPT or REJECT.",
        ),
        say(
            "Telepon monitornya dan minta ia membacakan formulir sebelum memutuskan.",
            "Call the monitor and have the form read out before you decide.",
        ),
        say(
            "Tidak ada yang dihapus: setiap perubahan tercatat dengan nomor Anda dan waktunya.",
            "Nothing is deleted: every change is kept with your number and the time.",
        ),
    )
    own = say(
        "PIN: bagi yang diberi PIN, PIN Anda sendiri. Rahasia.",
        "PIN: for those who were given one, your own. It is a secret.",
    )
    return (own, *found) if pin else found


def _officials(db: Connection, election: Election, say: Say, districts: list[District] | None) -> Leaf:
    return Leaf(
        title=say("Untuk pejabat", "For officials"),
        words=say(
            "Rekap datang sendiri menurut jadwal; Anda tidak perlu berbuat apa-apa. Bila ingin tahu lebih:",
            "Totals come by themselves on a schedule; you need to do nothing. To know more, text:",
        ),
        people=_names(people.people_with(db, "official"), lambda each: each.watches, districts),
        commands=entries.official_commands(say, election, _station(db, districts)),
        hints=(
            say(
                "Contoh: TPS 210/326 (64.4%) berarti 210 dari 326 TPS sudah melapor. Keunggulan di awal "
                "dapat berasal dari satu kecamatan yang cepat melapor.",
                "Example: TPS 210/326 (64.4%) means that 210 of 326 stations have reported. An early lead "
                "may come from one district that was quick.",
            ),
            say(
                f"Angka ini TIDAK RESMI dan bukan untuk diumumkan. {_only_commission(say)}",
                f"These figures are UNOFFICIAL and not for announcement. {_only_commission(say)}",
            ),
        ),
    )


def _station(db: Connection, districts: list[District] | None) -> str:
    first = stations.first_of(db, districts)
    return first.code if first else PLACEHOLDER


def _names(
    found: Iterable[Person],
    areas: Callable[[Person], tuple[District, ...]],
    districts: list[District] | None,
) -> tuple[str, ...]:
    """Name people and their districts; those who have to do with the districts asked for."""
    asked = None if districts is None else {each.id for each in districts}
    lines = []
    for each in found:
        mine = areas(each)
        if asked is None or not mine or asked & {area.id for area in mine}:
            where = ", ".join(area.name for area in mine)
            lines.append(f"{each.name} ({where})" if where else each.name)
    return tuple(lines)


def _notice(say: Say, election: Election, now: datetime) -> str:
    printed, moment = say("dicetak", "printed"), say.moment(election.local(now))
    return f"{say.unofficial}. {_only_commission(say)} {election.name}, {printed} {moment}"


def _only_commission(say: Say) -> str:
    return say("Hanya KPU yang menetapkan hasil.", "Only the election commission (KPU) declares results.")
