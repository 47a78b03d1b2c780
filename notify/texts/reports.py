"""Answers to a report, and what others are told of it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from config.language import Lang
from notify.segments import shortened
from notify.texts import figures
from notify.texts.catalogue import coded, fitting, text
from notify.texts.figures import Changed, Fault
from parser.verdict import Tally

_MOST_NAMED = 100  # faults in the shortest form, of three characters each: no more fit into two segments
PRACTICE = {Lang.ID: "LATIHAN ", Lang.EN: "PRACTICE "}
_SEE_HELP = {
    Lang.ID: "Kirim BANTUAN untuk melihat perintah Anda.",
    Lang.EN: "Send HELP to see your commands.",
}


@text(segments=2)
def received(lang: Lang, *, station: str, tallies: tuple[Tally, ...], receipt: str) -> str:
    """Confirm a first report: every number as understood, and the receipt."""
    shown = figures.tallies(lang, tallies)
    return {
        Lang.ID: f"DITERIMA TPS{station}. {shown} Resi {receipt}.",
        Lang.EN: f"RECEIVED TPS{station}. {shown} Receipt {receipt}.",
    }[lang]


@text(segments=2)
def practised(lang: Lang, *, station: str, tallies: tuple[Tally, ...], correction: bool) -> str:
    """Confirm a practice report, or a coordinator's practice ``correction``, that was right."""
    shown = figures.tallies(lang, tallies)
    if correction:
        word = {Lang.ID: "DIKOREKSI", Lang.EN: "CORRECTED"}[lang]
    else:
        word = {Lang.ID: "DITERIMA", Lang.EN: "RECEIVED"}[lang]
    return {
        Lang.ID: f"{PRACTICE[lang]}{word} TPS{station}. {shown} Sudah benar. Belum dihitung.",
        Lang.EN: f"{PRACTICE[lang]}{word} TPS{station}. {shown} Correct. Not counted yet.",
    }[lang]


@text(segments=2)
def corrected(
    lang: Lang,
    *,
    station: str,
    changes: Sequence[Changed],
    receipt: str,
    told: bool = False,
) -> str:
    """Confirm figures that replace what stood: old and new. ``told`` is for the monitor whose
    figures a coordinator changed."""
    by = {Lang.ID: "oleh koordinator" if told else "", Lang.EN: "by the coordinator" if told else ""}[lang]
    head = {Lang.ID: f"DIKOREKSI TPS{station} {by}", Lang.EN: f"CORRECTED TPS{station} {by}"}[lang].strip()
    got = {Lang.ID: f"Resi {receipt}.", Lang.EN: f"Receipt {receipt}."}[lang]
    return fitting(2, (f"{head}. {shown} {got}" for shown in figures.changes(lang, changes)))


@text(segments=1)
def already(
    lang: Lang, *, station: str, receipt: str, at: datetime, waits: str = "", doubted: bool = False
) -> str:
    """Say that all of it stands: nothing more to do. The sender's case ``waits``, if any, is still open;
    ``doubted``: the text speaks of something wrong, which is mended by other figures."""
    if lang is Lang.ID:
        enough = "Kalau salah kirim RALAT dengan angka yang benar." if doubted else "Tidak perlu kirim lagi."
        more = f"Laporan Anda {waits} masih menunggu koordinator." if waits else enough
        return f"SUDAH ADA. Hasil TPS{station} ini sudah tercatat pukul {at:%H:%M}, resi {receipt}. {more}"
    enough = "If it is wrong send REVISE with the right figures." if doubted else "No need to send again."
    more = f"Your report {waits} still waits for the coordinator." if waits else enough
    return (
        f"ALREADY RECORDED. This result of TPS{station} was recorded at {at:%H:%M}, receipt {receipt}. {more}"
    )


@text(segments=2)
def held(
    lang: Lang, *, station: str, case: str, tallies: tuple[Tally, ...], decides: bool = False, pin: str = ""
) -> str:
    """Say that a coordinator decides; nothing is lost and nothing more is to be sent.

    ``decides``: the sender is one who may, with ``pin`` as the place of theirs, if any.
    """
    shown = figures.tallies(lang, tallies)
    if decides:
        return {
            Lang.ID: f"DITAHAN TPS{station}, kasus {case}. {shown} Anda yang memutuskan: balas TERIMA {case}{pin} atau TOLAK {case}{pin}.",
            Lang.EN: f"HELD TPS{station}, case {case}. {shown} You decide: reply ACCEPT {case}{pin} or REJECT {case}{pin}.",
        }[lang]
    return {
        Lang.ID: f"DITAHAN TPS{station}, kasus {case}. {shown} Menunggu keputusan koordinator. Tidak perlu kirim lagi.",
        Lang.EN: f"HELD TPS{station}, case {case}. {shown} A coordinator decides. No need to send again.",
    }[lang]


@text(segments=2)
def refused(
    lang: Lang,
    *,
    faults: Sequence[Fault],
    example: str,
    station: str = "",
    ask: bool = False,
    practice: bool = False,
    instead: str = "",
) -> str:
    """Say everything that is wrong, and the way to send it right; no example for who does not report. Where
    none would do, for it is too late or not theirs to send, that is said ``instead``.

    ``ask`` adds the question whether the form itself does not add up.
    """
    mark = PRACTICE[lang] if practice else ""
    head = mark + {Lang.ID: "DITOLAK", Lang.EN: "NOT RECORDED"}[lang] + (f" TPS{station}" if station else "")
    again = instead or _again(lang, example, ask=ask)
    question = {Lang.ID: "Di formulir begitu? Balas YA.", Lang.EN: "Is it so on the form? Reply OK."}[lang]
    return fitting(2, _refusals(lang, head, faults, again, question if ask else ""))


def _again(lang: Lang, example: str, *, ask: bool) -> str:
    if ask:
        return {
            Lang.ID: f"Di formulir memang begitu? Balas YA. Kalau salah ketik, kirim ulang: {example}",
            Lang.EN: f"Is it so on the form? Reply OK. If mistyped, send again: {example}",
        }[lang]
    if not example:
        return _SEE_HELP[lang]
    return {Lang.ID: f"Kirim ulang: {example}", Lang.EN: f"Send again: {example}"}[lang]


@text(segments=2)
def not_understood(
    lang: Lang,
    *,
    example: str,
    look: str = "",
    incidents: bool = False,
    done: Sequence[str] = (),
    partly: bool = False,
) -> str:
    """Say that nothing of a text was understood, and what to send; no example for who does not report.
    ``look``: the Indonesian command by which the sender may see what was likely asked for. ``incidents``: they
    may report those too. ``done``: the stations of which nothing is left to send; ``partly``: a part came."""
    head = {
        Lang.ID: "DITOLAK. SMS Anda tidak kami pahami.",
        Lang.EN: "NOT RECORDED. We do not understand your text.",
    }[lang] + _to_see(lang, look)
    if not example and not done:
        return f"{head} {_SEE_HELP[lang]}"
    complete = coded(done, 40)
    result = {
        Lang.ID: f"Hasil {complete} tidak perlu dikirim lagi, lihat: STATUS."
        if done
        else f"Kirim hasil, isi titiknya: {example}",
        Lang.EN: f"You need not send {complete} again, see: STATUS."
        if done
        else f"Send the result: {example}",
    }[lang]
    if done or partly:
        result += {Lang.ID: " Perbaiki: RALAT ..", Lang.EN: " Mend: REVISE .."}[lang]
    incident = {Lang.ID: "Kejadian: LAPOR .. ", Lang.EN: "Trouble: INCIDENT .. "}[lang] if incidents else ""
    return f"{head} {result} {incident}" + {Lang.ID: "Bantuan: BANTUAN.", Lang.EN: "Help: HELP."}[lang]


def _to_see(lang: Lang, command: str) -> str:
    word, _, station = command.partition(" ")
    found = {
        Lang.ID: {
            "": "",
            "REKAP": " Hasil sementara: REKAP.",
            "BELUM": " Yang belum lapor: BELUM.",
            "CEK": f" Lihat: CEK {station}." if station else " Yang ditahan: CEK.",
        },
        Lang.EN: {
            "": "",
            "REKAP": " Totals: TOTAL.",
            "BELUM": " Not reported yet: MISSING.",
            "CEK": f" See: CHECK {station}." if station else " Held reports: CHECK.",
        },
    }
    return found[lang][word]


@text(segments=1)
def nothing_awaited(lang: Lang, *, stations: Sequence[str], waits: str = "") -> str:
    """Say to who still counts that all of it stands, or is held: as the case that ``waits``."""
    shown = coded(stations, 40)
    if lang is Lang.ID:
        more = f", {waits} menunggu koordinator" if waits else ""
        return f"Semua hasil {shown} sudah kami terima{more}. Tidak perlu kirim lagi. Lihat: STATUS."
    more = f", {waits} waits for the coordinator" if waits else ""
    return f"We have all results of {shown}{more}. Nothing more to send. See: STATUS."


def _refusals(lang: Lang, head: str, faults: Sequence[Fault], again: str, question: str) -> Iterator[str]:
    long = " ".join(figures.fault(lang, each) for each in faults)
    short = " ".join(figures.brief(each) for each in faults)
    placed = " ".join(figures.brief(each, placed=True) for each in faults)
    yield f"{head}. {long} {again}"
    yield f"{head}. {placed} {again}"
    yield f"{head}. {short} {again}"
    yield f"{head}. {long} {question}".rstrip()
    yield f"{head}. {placed} {question}".rstrip()
    yield f"{head}. {short} {question}".rstrip()
    names = [figures.brief(each) for each in faults[:_MOST_NAMED]]
    for most in range(min(len(faults) - 1, len(names)), 0, -1):
        yield f"{head}. {' '.join(names[:most])} +{len(faults) - most} {question}".rstrip()


@text(segments=2)
def proposal(lang: Lang, *, pairs: Sequence[tuple[str, str]], whole: str) -> str:
    """Ask whether words near known ones, each with that one, were meant; ``YA`` runs the whole text."""
    meant = {Lang.ID: "maksudnya", Lang.EN: "do you mean"}[lang]
    cut = [(shortened(word, 16), shortened(near, 16)) for word, near in pairs]
    shown = " ".join(f"{word}? {meant} {near}?" for word, near in cut)
    brief = f"{', '.join(word for word, _ in cut)}? {meant} {', '.join(near for _, near in cut)}?"
    confirm = {Lang.ID: "Kalau benar balas YA", Lang.EN: "If so reply OK"}[lang]
    again = {Lang.ID: "kalau bukan kirim ulang.", Lang.EN: "if not send again."}[lang]
    versions = (f"{shown} {confirm}: {whole}", f"{shown} {confirm}, {again}", f"{brief} {confirm}, {again}")
    return fitting(min(len(pairs), 2), versions)


@text(segments=1)
def closed(lang: Lang, *, at: datetime) -> str:
    """Say that reporting is over."""
    return {Lang.ID: "DITOLAK. ", Lang.EN: "NOT RECORDED. "}[lang] + over(lang, at)


def over(lang: Lang, at: datetime) -> str:
    """Say when reporting closed, and whom to call."""
    return {
        Lang.ID: f"Laporan ditutup {at:%d/%m} pukul {at:%H:%M}. Hubungi koordinator Anda.",
        Lang.EN: f"Reporting closed on {at:%d/%m} at {at:%H:%M}. Call your coordinator.",
    }[lang]


@text(segments=1)
def stands_already(lang: Lang, *, station: str, command: str) -> str:
    """Propose ``KOREKSI`` to a coordinator whose plain report differs from what stands."""
    return fitting(
        1,
        {
            Lang.ID: (
                f"DITOLAK. TPS{station} sudah ada hasilnya. Mau dikoreksi? Balas YA: {command}",
                f"DITOLAK. TPS{station} sudah ada hasilnya, berbeda. Balas YA untuk mengoreksi.",
            ),
            Lang.EN: (
                f"NOT RECORDED. TPS{station} has a result. Correct it? Reply OK: {command}",
                f"NOT RECORDED. TPS{station} has another result. Reply OK to correct it.",
            ),
        }[lang],
    )


@text(segments=1)
def nothing_stands(lang: Lang, *, station: str, contest: str = "") -> str:
    """Say that a station has no result to take out, of a contest or of any."""
    which = f" {contest}" if contest else ""
    return {
        Lang.ID: f"TPS{station} tidak punya hasil{which}. Tidak ada yang dibatalkan.",
        Lang.EN: f"TPS{station} has no result{f' of{which}' if contest else ''}. Nothing was taken out.",
    }[lang]
