"""What the operator is told when something is wrong, and when it is over."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal, assert_never

from config.language import Lang
from notify.texts.catalogue import text

Cause = Literal["carrier", "asking", "outbox", "silence"]
Compose = Callable[..., str]


@text(segments=1)
def alarm(lang: Lang, *, at: datetime, cause: Cause, carrier: str) -> str:
    """Say what is wrong; ``carrier`` is the one that fails."""
    wrong = _wrong(lang, cause, carrier)
    return {
        Lang.ID: f"PANTAU {at:%H:%M} ALARM: {wrong}. Akan dikabari bila sudah beres.",
        Lang.EN: f"PANTAU {at:%H:%M} ALARM: {wrong}. You will be told when it is over.",
    }[lang]


@text(segments=1)
def alarm_over(lang: Lang, *, at: datetime, cause: Cause, carrier: str) -> str:
    """Say what is wrong no more."""
    wrong = _wrong(lang, cause, carrier)
    return {
        Lang.ID: f"PANTAU {at:%H:%M} BERES, alarm selesai: {wrong}.",
        Lang.EN: f"PANTAU {at:%H:%M} ALARM OVER: {wrong}.",
    }[lang]


def _wrong(lang: Lang, cause: Cause, carrier: str) -> str:
    match cause:
        case "carrier":
            return {
                Lang.ID: f"{carrier} tidak mengirim SMS",
                Lang.EN: f"{carrier} does not send texts",
            }[lang]
        case "asking":
            return {
                Lang.ID: f"SMS masuk lewat {carrier} tidak bisa diambil",
                Lang.EN: f"texts in by {carrier} cannot be fetched",
            }[lang]
        case "outbox":
            return {
                Lang.ID: "SMS keluar tertahan lebih dari 10 menit",
                Lang.EN: "texts out have been waiting for over 10 minutes",
            }[lang]
        case "silence":
            return {
                Lang.ID: "30 menit tidak ada SMS masuk, hasil belum lengkap",
                Lang.EN: "no text in for 30 minutes, results are missing",
            }[lang]
    assert_never(cause)
