"""What a coordinator is told, or asked, before a case is decided."""

from collections.abc import Sequence

from config.language import Lang
from notify.texts.catalogue import text


@text(segments=2)
def decides_all(lang: Lang, *, case: str, station: str, contests: Sequence[str], accepted: bool) -> str:
    """Ask a coordinator who speaks of a part of a case whether all of it is meant."""
    shown = ", ".join(contests)
    if lang is Lang.ID:
        word = "TERIMA" if accepted else "TOLAK"
        return (
            f"BELUM DIPUTUSKAN. {case} TPS{station} berisi {shown}, {word} berlaku untuk semuanya. "
            f"Kalau benar balas YA: {word} {case}. Sebagian: pakai KOREKSI."
        )
    word = "ACCEPT" if accepted else "REJECT"
    return (
        f"NOT DECIDED YET. {case} TPS{station} holds {shown}, {word} is for all of it. "
        f"If so reply OK: {word} {case}. For a part: use CORRECT."
    )


@text(segments=1)
def decides_there(lang: Lang, *, case: str, station: str, number: int, accepted: bool) -> str:
    """Ask a coordinator who names another station than a case's whether that case is meant."""
    if lang is Lang.ID:
        word = "TERIMA" if accepted else "TOLAK"
        return (
            f"BELUM DIPUTUSKAN. {case} adalah kasus TPS{station}, bukan TPS {number}. "
            f"Kalau benar balas YA: {word} {case}"
        )
    word = "ACCEPT" if accepted else "REJECT"
    return f"NOT DECIDED YET. {case} is of TPS{station}, not of TPS {number}. If so reply OK: {word} {case}"


@text(segments=1)
def to_decide(lang: Lang, *, case: str, pin: str) -> str:
    """Say to a coordinator who names a case without a word for it how it is decided."""
    return {
        Lang.ID: f"DITOLAK. Untuk memutuskan {case} balas TERIMA {case}{pin} atau TOLAK {case}{pin}. Lihat: CEK {case}",
        Lang.EN: f"NOT RECORDED. To decide {case} reply ACCEPT {case}{pin} or REJECT {case}{pin}. To see it: CHECK {case}",
    }[lang]
