"""Held reports and what coordinators decide: what each side is told."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain

from config.language import Lang
from notify.segments import shortened
from notify.texts import figures
from notify.texts.catalogue import fitting, text
from notify.texts.figures import Changed
from parser.verdict import Tally


@text(segments=2)
def case_opened(
    lang: Lang,
    *,
    case: str,
    station: str,
    codes: Sequence[str],
    changes: Sequence[Changed],
    sender: tuple[str, str],
    pin: str | None,
) -> str:
    """Tell a coordinator of a held report by ``sender``, name and number: old and new values, why, and the
    words to answer with; ``pin`` is the place of theirs, if any, here and below. None: no coordinator
    gets texts, and who reads it is the operator."""
    name, phone = sender
    who = f"{shortened(name, 16)} {phone}".strip()
    heads = (f"{case} TPS{station} ({who}): {_why(lang, codes, changes)}.", f"{case} TPS{station}:")
    answer = {
        Lang.ID: f"Balas TERIMA {case}{pin} atau TOLAK {case}{pin}.",
        Lang.EN: f"Reply ACCEPT {case}{pin} or REJECT {case}{pin}.",
    }[lang]
    if pin is None:
        answer = {
            Lang.ID: "Tidak ada koordinator yang menerima SMS: tambahkan dengan pantau roster import.",
            Lang.EN: "No coordinator here gets texts: add one by pantau roster import.",
        }[lang]
    told = [f"{head} {shown} {answer}" for shown in figures.changes(lang, changes) for head in heads]
    return fitting(2, (*told, f"{heads[0]} {answer}"))


GONE = "gone"  # of a conflict: nothing stands any more
RENEWED = "renewed"  # no code of the case: its sender has sent other figures
REPLACED = "replaced"  # of a conflict: it stood before, and a carrier may have brought the old text again
LATE = "late"  # of a conflict: it was sent before what stands
KEPT = "kept"  # the sender has sent again what stands
AGAIN = "again"  # those are what the case has had before: a carrier may have brought an old text again
_WHY: dict[str, dict[Lang, str]] = {
    RENEWED: {Lang.ID: "angka baru dari pengirim", Lang.EN: "newer figures of the sender"},
    KEPT: {Lang.ID: "pengirim mengirim lagi yang tercatat", Lang.EN: "its sender sent again what stands"},
    AGAIN: {Lang.ID: "angka lama datang lagi", Lang.EN: "earlier figures came again"},
    "conflict": {Lang.ID: "beda dari yang tercatat", Lang.EN: "differs from what stands"},
    REPLACED: {Lang.ID: "angka lama, sudah diganti", Lang.EN: "earlier figures, replaced since"},
    LATE: {Lang.ID: "dikirim sebelum yang tercatat", Lang.EN: "sent before what stands"},
    GONE: {Lang.ID: "pernah tercatat lalu dibatalkan", Lang.EN: "stood before and was taken out"},
    "suspicious": {Lang.ID: "angka tidak wajar", Lang.EN: "unlikely figures"},
    "sum_mismatch": {Lang.ID: "jumlah di formulir tidak cocok", Lang.EN: "the form does not add up"},
    "bad_pin": {Lang.ID: "PIN salah berkali-kali", Lang.EN: "PIN wrong many times"},
    "unknown_sender": {
        Lang.ID: "nomor tidak terdaftar, TERIMA menjadikannya monitor",
        Lang.EN: "number not on the roster, ACCEPT makes it a monitor",
    },
}


def _why(lang: Lang, codes: Sequence[str], changes: Sequence[Changed]) -> str:
    gone = bool(changes) and all(old is None for old, _ in changes)
    named = [GONE if each in ("conflict", REPLACED) and gone else each for each in codes]
    named.sort(key=lambda each: each != "unknown_sender")  # what TERIMA does besides is not cut off
    return shortened("; ".join(_WHY[each][lang] for each in named if each in _WHY), 60)


@text(segments=1)
def case_accepted(lang: Lang, *, case: str, station: str, standing: tuple[Tally, ...], receipt: str) -> str:
    """Tell its sender that a held report counts, and, where there is room, with which figures."""
    said, got = {
        Lang.ID: (f"DITERIMA. Laporan TPS{station} ({case}) disetujui koordinator.", f"Resi {receipt}."),
        Lang.EN: (
            f"RECEIVED. Your report of TPS{station} ({case}) was accepted by the coordinator.",
            f"Receipt {receipt}.",
        ),
    }[lang]
    return fitting(1, (f"{said} {figures.tallies(lang, standing)} {got}", f"{said} {got}"))


@text(segments=1)
def case_rejected(
    lang: Lang,
    *,
    case: str,
    station: str,
    standing: tuple[Tally, ...] = (),
    reports: bool = True,
    example: str = "",
) -> str:
    """Tell its sender that a held report does not count. Who ``reports`` for the station reads what is
    ``standing`` of its contests and how that is mended, and where nothing is sends it by an ``example``."""
    said = {
        Lang.ID: f"DITOLAK. Laporan TPS{station} ({case}) ditolak koordinator.",
        Lang.EN: f"NOT RECORDED. Your report of TPS{station} ({case}) was rejected.",
    }[lang]
    if not reports:
        return said
    return fitting(1, (f"{said} {each}" for each in _mend(lang, figures.tallies(lang, standing), example)))


def _mend(lang: Lang, shown: str, example: str) -> Sequence[str]:
    again, stays, mend = {
        Lang.ID: (
            f"Periksa formulir, lalu kirim: {example}",
            f"Tetap: {shown} Bila salah, kirim RALAT.",
            "Periksa formulir, lalu kirim RALAT bila perlu.",
        ),
        Lang.EN: (
            f"Check the form, then send: {example}",
            f"Stays: {shown} If wrong, send REVISE.",
            "Check the form; send REVISE if needed.",
        ),
    }[lang]
    return [each for each, given in ((again, example), (stays, shown), (mend, True)) if given]


@text(segments=2)
def accepted(
    lang: Lang,
    *,
    case: str,
    station: str,
    changes: Sequence[Changed],
    receipt: str,
    monitor: str = "",
) -> str:
    """Confirm to a coordinator that a held report counts now; ``monitor`` is the number that was not on the
    roster and reports for the station from now on."""
    head, got = {
        Lang.ID: (f"DIKOREKSI TPS{station}, {case} diterima.", f"Resi {receipt}."),
        Lang.EN: (f"CORRECTED TPS{station}, {case} accepted.", f"Receipt {receipt}."),
    }[lang]
    if monitor:
        got += {Lang.ID: f" {monitor} kini monitor.", Lang.EN: f" {monitor} is a monitor now."}[lang]
    return fitting(2, (f"{head} {shown} {got}" for shown in figures.changes(lang, changes)))


@text(segments=2)
def rejected(lang: Lang, *, case: str, station: str, standing: tuple[Tally, ...]) -> str:
    """Confirm to a coordinator that a held report does not count, and say what stands."""
    stays = figures.tallies(lang, standing)
    return {
        Lang.ID: f"{case} ditolak, TPS{station}. "
        + (f"Tetap: {stays}" if stays else "Belum ada hasil tercatat."),
        Lang.EN: f"{case} rejected, TPS{station}. " + (f"Stays: {stays}" if stays else "No result stands."),
    }[lang]


_KEPT = {
    Lang.ID: ("Pengirim lalu mengirim lagi yang tercatat", "Pengirim kembali ke yang tercatat"),
    Lang.EN: ("Its sender then sent again what stands", "Its sender came back to what stands"),
}


@text(segments=2)
def changed_since(
    lang: Lang, *, case: str, station: str, changes: Sequence[Changed], pin: str, kept: bool = False
) -> str:
    """Show a coordinator what stands by now, where it is not what a case was held against, or, where it is,
    its sender has ``kept`` to it."""
    why, brief = (
        _KEPT[lang]
        if kept
        else {
            Lang.ID: (f"Hasil TPS{station} berubah sejak {case} ditahan", f"Hasil TPS{station} berubah"),
            Lang.EN: (f"TPS{station} has changed since {case} was held", f"TPS{station} has changed"),
        }[lang]
    )

    def versions(shown: str) -> tuple[str, ...]:
        return {
            Lang.ID: (
                f"BELUM DIUBAH. {why}, periksa: {shown} "
                f"Tetap pakai {case}? Kirim TERIMA {case}{pin} sekali lagi.",
                f"BELUM DIUBAH. {brief}: {shown} Kirim TERIMA {case}{pin} sekali lagi.",
                f"{shown} TERIMA {case}{pin} lagi?",
            ),
            Lang.EN: (
                f"NOT CHANGED YET. {why}, check: {shown} "
                f"Use {case} all the same? Send ACCEPT {case}{pin} once more.",
                f"NOT CHANGED YET. {brief}: {shown} Send ACCEPT {case}{pin} once more.",
                f"{shown} ACCEPT {case}{pin} again?",
            ),
        }[lang]

    return fitting(2, chain.from_iterable(map(versions, figures.changes(lang, changes))))


@text(segments=2)
def renewed_since(
    lang: Lang,
    *,
    case: str,
    station: str,
    changes: Sequence[Changed],
    accepted: bool,
    pin: str,
) -> str:
    """Show a coordinator what a case holds by now, where that came after their decision was sent."""
    word = {Lang.ID: "TERIMA" if accepted else "TOLAK", Lang.EN: "ACCEPT" if accepted else "REJECT"}[lang]
    again = f"{word} {case}{pin}"

    def versions(shown: str) -> tuple[str, ...]:
        return {
            Lang.ID: (
                f"BELUM DIPUTUSKAN. Angka {case} TPS{station} sudah berganti, periksa: {shown} "
                f"Tetap {word}? Kirim {again} sekali lagi.",
                f"{shown} {again} lagi?",
            ),
            Lang.EN: (
                f"NOT DECIDED YET. The figures of {case} TPS{station} are others by now, check: {shown} "
                f"Still {word}? Send {again} once more.",
                f"{shown} {again} again?",
            ),
        }[lang]

    return fitting(2, chain.from_iterable(map(versions, figures.changes(lang, changes))))


@text(segments=1)
def decided_before(lang: Lang, *, case: str, accepted: bool, at: datetime) -> str:
    """Say that a case was decided already, and how."""
    return {
        Lang.ID: f"DITOLAK. {case} sudah diputuskan ({'DITERIMA' if accepted else 'DITOLAK'}) pukul {at:%H:%M}. Untuk mengubah hasil pakai KOREKSI.",
        Lang.EN: f"NOT RECORDED. {case} was decided ({'ACCEPTED' if accepted else 'REJECTED'}) at {at:%H:%M}. Use CORRECT to change the result.",
    }[lang]


@text(segments=1)
def no_such_case(lang: Lang, *, number: int) -> str:
    """Say that there is no such case."""
    shown = shortened(str(number), 20)
    return {
        Lang.ID: f"DITOLAK. Kasus K{shown} tidak ada di wilayah Anda. Periksa nomornya.",
        Lang.EN: f"NOT RECORDED. There is no case K{shown} in your area. Check the number.",
    }[lang]


@text(segments=1)
def waiting(lang: Lang, *, cases: Sequence[str]) -> str:
    """Name the cases that wait for a decision, each with its station, as many as fit."""
    shown = shortened(", ".join(cases), 130)
    return {Lang.ID: f"Menunggu keputusan: {shown}.", Lang.EN: f"To be decided: {shown}."}[lang]


@text(segments=2)
def voided(
    lang: Lang,
    *,
    station: str,
    contests: Sequence[str],
    receipt: str,
    told: bool = False,
    standing: tuple[Tally, ...] = (),
    example: str = "",
) -> str:
    """Confirm that results were taken out, which were ``standing``: who did it by mistake has nowhere else to
    read them. ``told`` is for the monitor whose figures they were, who is asked for others by an ``example``."""
    shown = ", ".join(contests)
    by = {Lang.ID: " oleh koordinator" if told else "", Lang.EN: " by the coordinator" if told else ""}[lang]
    done = {
        Lang.ID: f"DIKOREKSI TPS{station}{by}. Hasil {shown} dibatalkan, tidak dihitung lagi. Resi {receipt}.",
        Lang.EN: f"CORRECTED TPS{station}{by}. The result of {shown} is void, no longer counted. Receipt {receipt}.",
    }[lang]
    right, send, was = {
        Lang.ID: ("Kirim yang benar:", "Kirim:", "Tadinya:"),
        Lang.EN: ("Send the right one:", "Send:", "It was:"),
    }[lang]
    if not example:
        shown = figures.tallies(lang, standing)
        return fitting(2, (f"{done} {was} {shown}", done)) if shown else done
    return fitting(1, (f"{done} {right} {example}", f"{done} {send} {example}", done))


@text(segments=1)
def repeated(lang: Lang, *, command: str, late: bool) -> str:
    """Ask whether an old command that came again is meant, or one that came ``late``."""
    shown = shortened(command, 60)
    if late:
        return {
            Lang.ID: f"Perintah ini terlambat sampai dan data berubah sejak dikirim. Lakukan? Balas YA: {shown}",
            Lang.EN: f"This came late: things have changed since you sent it. Do it? Reply OK: {shown}",
        }[lang]
    return {
        Lang.ID: f"Perintah ini sudah pernah dikirim dan data berubah sejak itu. Ulangi? Balas YA: {shown}",
        Lang.EN: f"You sent this before and things have changed since. Do it again? Reply OK: {shown}",
    }[lang]
