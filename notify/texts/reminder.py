"""What monitors are reminded of at configured times."""

from config.language import Lang
from notify.texts.catalogue import fitting, text


@text(segments=1)
def results_reminder(lang: Lang, *, station: str, example: str) -> str:
    """Ask for a station's result, with the words to send it; they may still be counting."""
    said = {
        Lang.ID: (f"Hasil TPS{station} belum lengkap.", "Belum selesai? Balas BELUM.", "Kirim"),
        Lang.EN: (f"TPS{station} has not reported every contest.", "Still counting? Reply NOTYET.", "Send"),
    }[lang]
    lacking, not_yet, send = said
    versions = (
        f"{lacking} {send}: {example} {not_yet}",
        f"{lacking} {send}: {example}",
        f"{lacking} {not_yet}",
    )
    return fitting(1, versions)


@text(segments=1)
def presence_reminder(lang: Lang, *, station: str) -> str:
    """Ask a monitor to check in, or to say that they cannot come."""
    return {
        Lang.ID: f"Anda monitor TPS{station}. Sudah di lokasi? Balas HADIR. Tidak bisa datang? Balas HALANGAN dan alasannya.",
        Lang.EN: f"You monitor TPS{station}. At the station? Reply PRESENT. Cannot come? Reply ABSENT and why.",
    }[lang]


@text(segments=1)
def practice_reminder(lang: Lang, *, station: str, example: str) -> str:
    """Ask a monitor to practise the report."""
    said = {
        Lang.ID: (f"Ayo latihan lapor TPS{station}.", "Isi angka contoh, tidak dihitung."),
        Lang.EN: (f"Please practise the report for TPS{station}.", "Any figures: it is not counted."),
    }[lang]
    return fitting(1, (f"{said[0]} {example} {said[1]}", f"{said[0]} {example}", said[0]))
