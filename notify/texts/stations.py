"""What is said of a station that is not named, not known, or not the sender's."""

from collections.abc import Sequence
from itertools import chain

from config.language import Lang
from notify.segments import shortened
from notify.texts.catalogue import coded, fitting, text


@text(segments=1)
def not_your_station(lang: Lang, *, stations: Sequence[str]) -> str:
    """Name the sender's own stations, and nothing of the other."""
    return {Lang.ID: "DITOLAK. ", Lang.EN: "NOT RECORDED. "}[lang] + reports_for(lang, stations)


def reports_for(lang: Lang, stations: Sequence[str]) -> str:
    """Say which stations are the sender's, who has named another."""
    shown = coded(stations, 60)
    return {
        Lang.ID: f"Nomor Anda terdaftar untuk {shown}. Periksa nomor TPS lalu kirim ulang.",
        Lang.EN: f"Your number reports for {shown}. Check the station number and send again.",
    }[lang]


@text(segments=2)
def station_needed(lang: Lang, *, example: str, whole: str = "") -> str:
    """Ask for the station that a text left out, which is shown ``whole`` where there is room for it."""
    ask, how = {
        Lang.ID: ("DITOLAK. Nomor TPS belum ada.", "Tulis seperti ini:"),
        Lang.EN: ("NOT RECORDED. The station number is missing.", "Write it like this:"),
    }[lang]
    shown = (f"{ask} {how} {each}" for each in (whole, example) if each)
    return fitting(2, chain(shown, (ask,)))


@text(segments=1)
def unknown_station(lang: Lang, *, number: int) -> str:
    """Say that there is no such station."""
    shown = shortened(str(number), 20)
    return {
        Lang.ID: f"DITOLAK. TPS {shown} tidak ada. Periksa nomornya lalu kirim ulang.",
        Lang.EN: f"NOT RECORDED. There is no TPS {shown}. Check the number and send again.",
    }[lang]


@text(segments=1)
def unknown_village(lang: Lang, *, village: str) -> str:
    """Say that no village of the roster has that name, or that it stands where a person's may."""
    shown = shortened(village, 40)
    return {
        Lang.ID: f"DITOLAK. Kelurahan {shown} tidak kami kenali. Tulis lengkap tepat setelah nomor TPS, atau kode TPS kami (bukan nomor formulir).",
        Lang.EN: f"NOT RECORDED. Village {shown} is not known. Give its full name right behind the number, or our TPS code, not the form's.",
    }[lang]


@text(segments=1)
def either_station(lang: Lang, *, village: str, station: str, by_form: str) -> str:
    """Ask for the code alone, where a number is our code of one station of a village and the form's of
    another."""
    shown = shortened(village, 40)
    return {
        Lang.ID: f"DITOLAK. TPS itu di {shown} bisa TPS{station} (kode kami) atau TPS{by_form} (nomor di formulir). Kirim ulang dengan kode kami saja.",
        Lang.EN: f"NOT RECORDED. That one in {shown} may be TPS{station} (our code) or TPS{by_form} (the form's number). Send again with our code alone.",
    }[lang]


@text(segments=1)
def not_allowed_station(lang: Lang, *, station: str, mine: Sequence[str]) -> str:
    """Say that a station is outside what the sender looks after."""
    shown = shortened(", ".join(mine), 70)
    return {
        Lang.ID: f"DITOLAK. TPS{station} di luar wilayah Anda ({shown}).",
        Lang.EN: f"NOT RECORDED. TPS{station} is outside your area ({shown}).",
    }[lang]
