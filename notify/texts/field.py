"""Answers to what people say from the field, to enquiries, and the help."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby

from config.language import Lang
from notify.segments import shortened
from notify.texts import figures
from notify.texts.catalogue import coded, counted, fitting, text
from parser.verdict import Tally


@text(segments=1)
def present(lang: Lang, *, stations: Sequence[str], at: datetime) -> str:
    """Confirm a check-in."""
    shown = coded(stations, 80)
    return {
        Lang.ID: f"HADIR tercatat, {shown} pukul {at:%H:%M}. Terima kasih.",
        Lang.EN: f"PRESENT noted, {shown} at {at:%H:%M}. Thank you.",
    }[lang]


@text(segments=1)
def incident_noted(lang: Lang, *, stations: Sequence[str]) -> str:
    """Confirm an incident."""
    shown = coded(stations, 40)
    return {
        Lang.ID: f"Laporan kejadian {shown} diterima dan diteruskan ke koordinator.",
        Lang.EN: f"Incident at {shown} received and passed on to the coordinator.",
    }[lang]


@text(segments=2)
def incident(lang: Lang, *, stations: Sequence[str], name: str, phone: str, words: str) -> str:
    """Forward an incident to a coordinator, in the monitor's own words."""
    name, words = shortened(name, 24), shortened(words.replace("\n", " "), 200)
    word = {Lang.ID: "KEJADIAN", Lang.EN: "INCIDENT"}[lang]
    return f"{word} {coded(stations, 40)} ({name} {phone}): {words}"


@text(segments=1)
def not_yet(lang: Lang, *, stations: Sequence[str], example: str, closed: datetime | None) -> str:
    """Note that the count goes on; ``example`` has what is still to come, unless reporting has ``closed``."""
    shown = coded(stations, 40)
    if closed is not None:
        return {
            Lang.ID: f"Baik, {shown} belum selesai. Laporan sudah ditutup {closed:%d/%m} pukul {closed:%H:%M}. Hubungi koordinator Anda.",
            Lang.EN: f"Noted, still counting at {shown}. Reporting closed on {closed:%d/%m} at {closed:%H:%M}. Call your coordinator.",
        }[lang]
    noted, then = {
        Lang.ID: (
            f"Baik, {shown} belum selesai. Kami tidak mengingatkan selama 60 menit.",
            f"Nanti kirim: {example}",
        ),
        Lang.EN: (f"Noted, still counting at {shown}. No reminder for 60 minutes.", f"Then send: {example}"),
    }[lang]
    return fitting(1, (f"{noted} {then}", noted))


@text(segments=1)
def absence_noted(lang: Lang, *, stations: Sequence[str]) -> str:
    """Confirm that a monitor cannot come."""
    shown = coded(stations, 40)
    return {
        Lang.ID: f"Halangan Anda untuk {shown} diteruskan ke koordinator, yang mencari pengganti.",
        Lang.EN: f"Your absence from {shown} was passed on to the coordinator, who finds a substitute.",
    }[lang]


@text(segments=2)
def absence(lang: Lang, *, station: str, name: str, phone: str, words: str, pin: str | None) -> str:
    """Tell a coordinator that a monitor cannot come, with the words to name a substitute; ``pin`` is the
    place of theirs, if any. None: no coordinator gets texts, and who reads it is the operator."""
    name, words = shortened(name, 24), shortened(words.replace("\n", " "), 80)
    said = f": {words}" if words else ""
    head, answer = {
        Lang.ID: ("BERHALANGAN", f"Tunjuk pengganti: GANTI TPS{station} 08.......... Nama{pin}"),
        Lang.EN: ("ABSENT", f"Name a substitute: REPLACE TPS{station} 08.......... Name{pin}"),
    }[lang]
    if pin is None:
        answer = {
            Lang.ID: "Tidak ada koordinator yang menerima SMS: tunjuk pengganti dengan pantau roster import.",
            Lang.EN: "No coordinator here gets texts: name a substitute by pantau roster import.",
        }[lang]
    return f"{head} TPS{station} {name} {phone}{said}. {answer}"


@text(segments=1)
def told(lang: Lang, *, count: int) -> str:
    """Confirm that a message goes to so many monitors."""
    return {
        Lang.ID: f"Pesan dikirim ke {count} monitor.",
        Lang.EN: f"The message goes to {counted(count, 'monitor')}.",
    }[lang]


@text(segments=1)
def message_from(lang: Lang, *, words: str) -> str:
    """Pass a coordinator's words on to a monitor."""
    return {Lang.ID: f"Koordinator: {words}", Lang.EN: f"Coordinator: {words}"}[lang]


@text(segments=1)
def too_long(lang: Lang, *, most: int) -> str:
    """Say that a message is longer than one text."""
    return {
        Lang.ID: f"DITOLAK. Pesan terlalu panjang, paling banyak {most} huruf. Pendekkan lalu kirim lagi.",
        Lang.EN: f"NOT RECORDED. Too long, at most {most} characters. Shorten it and send again.",
    }[lang]


@text(segments=1)
def reminded(lang: Lang, *, count: int) -> str:
    """Confirm how many monitors are reminded."""
    return {
        Lang.ID: f"{count} monitor yang belum melapor diingatkan.",
        Lang.EN: f"{counted(count, 'monitor')} reminded to send what is missing.",
    }[lang]


@text(segments=1)
def no_reminder(lang: Lang, *, at: datetime) -> str:
    """Say to a coordinator that their monitors' reports are refused by now."""
    return {
        Lang.ID: f"DITOLAK. Laporan monitor ditutup {at:%d/%m} pukul {at:%H:%M}, tidak ada yang diingatkan. Hasil yang kurang: kirim KOREKSI.",
        Lang.EN: f"NOT RECORDED. Monitors' reports closed on {at:%d/%m} at {at:%H:%M}: nobody is reminded. Send what is missing by CORRECT.",
    }[lang]


@text(segments=1)
def too_soon(lang: Lang, *, word: str, minutes: int) -> str:
    """Say that a text to many was sent a moment ago."""
    return {
        Lang.ID: f"DITOLAK. {word} paling cepat 15 menit sekali. Coba lagi {minutes} menit lagi.",
        Lang.EN: f"NOT RECORDED. {word} at most once in 15 minutes. Try again in {counted(minutes, 'minute')}.",
    }[lang]


@text(segments=2)
def check(
    lang: Lang,
    *,
    station: str,
    village: str,
    sent: Sequence[tuple[Tally, str, datetime]],
    missing: Sequence[str],
    cases: Mapping[str, tuple[Tally, ...]],
) -> str:
    """Say what stands for a station, each with its sender and when, what is missing, and what is held, its
    figures where they are given; of more than fits, who sent the newest."""
    head, tail = f"TPS{station} {shortened(village, 25)}.", ""
    if missing:
        tail += {Lang.ID: " Belum: ", Lang.EN: " Missing: "}[lang] + ", ".join(missing) + "."
    tails = [tail + each for each in (_held(lang, cases) if cases else ("",))]
    if not sent:
        return fitting(2, [head + each for each in tails])
    known = [(figures.tallies(lang, (each,)), _source(lang, phone, at)) for each, phone, at in sent]
    each_by = " ".join(
        " ".join((*(shown for shown, _ in together), source))
        for source, together in groupby(known, key=lambda one: one[1])
    )
    newest = _source(lang, *max((each[1:] for each in sent), key=lambda by: by[1]))
    all_by_one = " ".join((*(shown for shown, _ in known), newest))
    return fitting(2, [f"{head} {shown}{each}" for each in tails for shown in (each_by, all_by_one)])


def _held(lang: Lang, cases: Mapping[str, tuple[Tally, ...]]) -> tuple[str, str]:
    word, names = {Lang.ID: "Ditahan:", Lang.EN: "Held:"}[lang], shortened(", ".join(cases), 40)
    whole = " ".join(f"{name} {figures.tallies(lang, held)}" for name, held in cases.items() if held)
    return f" {word} {whole or names + '.'}", f" {word} {names}."


@text(segments=2)
def check_several(lang: Lang, *, lacking: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Say to the monitor of several stations what each still lacks."""
    done, not_done = {Lang.ID: ("lengkap", "belum"), Lang.EN: ("complete", "missing")}[lang]
    parts = (
        f"TPS{code} {not_done} {', '.join(each)}." if each else f"TPS{code} {done}." for code, each in lacking
    )
    return shortened(" ".join(parts), 300)


def _source(lang: Lang, phone: str, at: datetime) -> str:
    return {Lang.ID: f"Dari {phone} pukul {at:%H:%M}.", Lang.EN: f"From {phone} at {at:%H:%M}."}[lang]


@text(segments=1)
def missing(
    lang: Lang, *, count: int, total: int, codes: Sequence[str], page: int, pages: int, region: str
) -> str:
    """List stations that have not reported every contest, a page at a time; ``region`` is the district that
    was asked for, if any."""
    of = f"{region}: " if region else ""
    if not count:
        return {
            Lang.ID: f"Lengkap: {of}semua {total} TPS sudah melapor.",
            Lang.EN: f"Complete: {of}{total} of {counted(total, 'station')} reported.",
        }[lang]
    word = {Lang.ID: "BELUM", Lang.EN: "MISSING"}[lang]
    shown = f"{_head(word, region)} {count}/{total} TPS ({page}/{pages}): {' '.join(codes)}."
    return shown + (_more(lang, word, page + 1, region) if page < pages else "")


@text(segments=1)
def missing_present(
    lang: Lang, *, count: int, total: int, codes: Sequence[str], page: int, pages: int, region: str
) -> str:
    """List stations that nobody has checked in at, as ``missing``."""
    of = f"{region}: " if region else ""
    if not count:
        return {
            Lang.ID: f"Hadir: {of}semua {total} TPS.",
            Lang.EN: f"Present: {of}{total} of {counted(total, 'station')}.",
        }[lang]
    head, word = {
        Lang.ID: ("BELUM HADIR", "BELUM HADIR"),
        Lang.EN: ("NOT PRESENT", "MISSING PRESENT"),
    }[lang]
    shown = f"{_head(head, region)} {count}/{total} TPS ({page}/{pages}): {' '.join(codes)}."
    return shown + (_more(lang, word, page + 1, region) if page < pages else "")


def _head(word: str, region: str) -> str:
    return f"{word} {region}".rstrip()


def _more(lang: Lang, command: str, page: int, region: str) -> str:
    """Give what to send for the next page: not behind LANJUT, which is another command."""
    return _head({Lang.ID: f" Berikut: {command} {page}", Lang.EN: f" More: {command} {page}"}[lang], region)


@text(segments=2)
def help_monitor(lang: Lang, *, example: str, closed: datetime | None = None) -> str:
    """List a monitor's commands, with their own station's example while reports are taken."""
    if closed:
        return {
            Lang.ID: f"Laporan hasil ditutup {closed:%d/%m} pukul {closed:%H:%M}. Perintah: LAPOR kejadian, STATUS, BAHASA EN.",
            Lang.EN: f"Reporting closed on {closed:%d/%m} at {closed:%H:%M}. Commands: INCIDENT what, STATUS, LANGUAGE ID.",
        }[lang]
    return fitting(
        2,
        {
            Lang.ID: (
                f"Kirim hasil: {example} Perintah: HADIR, BELUM, LAPOR kejadian, RALAT (perbaiki), HALANGAN alasan, STATUS, BAHASA EN.",
                f"Kirim hasil: {example}",
            ),
            Lang.EN: (
                f"Send the result: {example} Commands: PRESENT, NOTYET, INCIDENT what, REVISE (mend), ABSENT why, STATUS, LANGUAGE ID.",
                f"Send the result: {example}",
            ),
        }[lang],
    )


@text(segments=2)
def help_coordinator(lang: Lang, *, station: str, contest: str, pin: str = "") -> str:
    """List a coordinator's commands; ``pin`` is the place of theirs, if any, in those that need it."""
    tps = f"TPS{station}"
    return {
        Lang.ID: f"KOREKSI {tps} {contest}1:.. SAH:..{pin} / BATAL {tps}{pin} / TERIMA K..{pin} / TOLAK K..{pin} / GANTI {tps} 08.. Nama{pin} / CEK {tps} / BELUM / BELUM HADIR / INGATKAN / KABAR pesan / REKAP / BAHASA EN",
        Lang.EN: f"CORRECT {tps} {contest}1:.. SAH:..{pin} / VOID {tps}{pin} / ACCEPT K..{pin} / REJECT K..{pin} / REPLACE {tps} 08.. Name{pin} / CHECK {tps} / MISSING / MISSING PRESENT / REMIND / TELL text / TOTAL / LANGUAGE ID",
    }[lang]


@text(segments=1)
def help_official(lang: Lang, *, station: str) -> str:
    """List an official's commands."""
    return {
        Lang.ID: f"REKAP (total sekarang), BELUM (TPS belum lapor), CEK TPS{station}, BERHENTI / LANJUT (rekap berkala), BAHASA EN. Angka TIDAK RESMI.",
        Lang.EN: f"TOTAL (totals now), MISSING (stations), CHECK TPS{station}, PAUSE / RESUME (scheduled totals), LANGUAGE ID. Figures are UNOFFICIAL.",
    }[lang]


@text(segments=2)
def help_several(lang: Lang, *, example: str, others: str, pausing: bool) -> str:
    """Put the help of a phone with several roles together: ``others`` is a coordinator's or an
    official's, ``example`` empty for who is no monitor. Their BELUM is the list: who still counts
    says NOTYET."""
    send, own, pauses = {
        Lang.ID: (
            "Kirim hasil:",
            "HADIR / NOTYET (belum selesai) / LAPOR .. / RALAT .. / HALANGAN .. / STATUS",
            "BERHENTI / LANJUT",
        ),
        Lang.EN: (
            "Send the result:",
            "PRESENT / NOTYET / INCIDENT .. / REVISE .. / ABSENT .. / STATUS",
            "PAUSE / RESUME",
        ),
    }[lang]
    overseeing = f"{others} / {pauses}" if pausing else others
    if not example:
        return overseeing
    whole = f"{send} {example} / {own} / {overseeing}"
    brief = f"{send} {example} / {overseeing}"
    return fitting(2, (whole, whole.replace(" / ", "/"), brief, overseeing))
