"""Answers about who may do what: unknown numbers, roles, PINs, substitutes, languages."""

from collections.abc import Sequence

from config.language import Lang
from notify.segments import shortened
from notify.texts.catalogue import coded, fitting, text


@text(segments=1)
def unknown_sender(lang: Lang) -> str:
    """Tell a number that it is not on the roster; reveals nothing else."""
    return {
        Lang.ID: "DITOLAK. Nomor ini tidak terdaftar. Kirim dari nomor yang terdaftar atau hubungi koordinator Anda.",
        Lang.EN: "NOT RECORDED. This number is not registered. Use the registered number or call your coordinator.",
    }[lang]


@text(segments=1)
def too_many_messages(lang: Lang) -> str:
    """Warn once that too much has come."""
    return {
        Lang.ID: "Terlalu banyak SMS dari nomor ini. Tunggu satu menit, lalu kirim laporan lengkap sekali saja.",
        Lang.EN: "Too many texts from this number. Wait a minute, then send one complete report.",
    }[lang]


@text(segments=1)
def bad_pin(lang: Lang, *, missing: bool) -> str:
    """Ask for the PIN."""
    if missing:
        return {
            Lang.ID: "DITOLAK. PIN belum ada. Kirim ulang seluruh SMS tadi dengan PIN Anda di akhir, contoh PIN:....",
            Lang.EN: "NOT RECORDED. Your PIN is missing. Send the whole text again with it at the end, as PIN:....",
        }[lang]
    return {
        Lang.ID: "DITOLAK. PIN salah. Periksa PIN Anda lalu kirim ulang.",
        Lang.EN: "NOT RECORDED. The PIN is wrong. Check it and send again.",
    }[lang]


@text(segments=1)
def pin_alone(lang: Lang) -> str:
    """Say that a PIN alone does nothing: it belongs to the text that it is for."""
    return {
        Lang.ID: "DITOLAK. PIN saja tidak bisa diproses. Kirim ulang seluruh SMS sebelumnya, dengan PIN di akhir: PIN:....",
        Lang.EN: "NOT RECORDED. The PIN alone does nothing. Send the whole text before it again, with it at the end: PIN:....",
    }[lang]


@text(segments=1)
def pin_locked(lang: Lang) -> str:
    """Say that a number is locked for a while."""
    return {
        Lang.ID: "DITOLAK. PIN salah 5 kali, nomor ini dikunci 15 menit. Hubungi koordinator Anda.",
        Lang.EN: "NOT RECORDED. Wrong PIN 5 times: this number is locked for 15 minutes. Call your coordinator.",
    }[lang]


@text(segments=1)
def pin_alarm(lang: Lang, *, name: str, phone: str) -> str:
    """Tell a coordinator that somebody tries PINs from a monitor's number."""
    name = shortened(name, 30)
    return {
        Lang.ID: f"PERHATIAN. PIN salah 5 kali dari {phone} ({name}). Nomor dikunci 15 menit. Telepon pemiliknya.",
        Lang.EN: f"ATTENTION. Wrong PIN 5 times from {phone} ({name}). Locked for 15 minutes. Call its owner.",
    }[lang]


@text(segments=1)
def not_allowed(lang: Lang, *, word: str) -> str:
    """Say that a command is not for the sender."""
    word = shortened(word, 16)
    return {
        Lang.ID: f"DITOLAK. Perintah {word} bukan untuk peran Anda. Kirim BANTUAN untuk melihat perintah Anda.",
        Lang.EN: f"NOT RECORDED. {word} is not for your role. Send HELP to see your commands.",
    }[lang]


@text(segments=1)
def for_revision(lang: Lang, *, word: str, command: str, ask: bool) -> str:
    """Give a monitor who sends ``KOREKSI`` or ``BATAL`` the ``RALAT`` that is theirs; ``ask``: by ``YA`` it is
    sent."""
    refused, send, brief = {
        Lang.ID: (
            f"DITOLAK. {word} hanya untuk koordinator.",
            "Perbaiki hasil Anda dengan RALAT. " + ("Kalau ini benar balas YA:" if ask else "Kirim:"),
            "Balas YA untuk mengirimnya sebagai RALAT." if ask else "Kirim RALAT dengan hasil lengkap.",
        ),
        Lang.EN: (
            f"NOT RECORDED. {word} is for coordinators.",
            "Mend your result by REVISE. " + ("If this is right reply OK:" if ask else "Send:"),
            "Reply OK to send it as REVISE." if ask else "Send REVISE with the whole result.",
        ),
    }[lang]
    return fitting(1, (f"{refused} {send} {command}", f"{refused} {brief}"))


@text(segments=1)
def for_status(lang: Lang, *, word: str) -> str:
    """Give a monitor who sends ``CEK`` the ``STATUS`` that is theirs."""
    return {
        Lang.ID: f"DITOLAK. {word} hanya untuk koordinator. Lihat hasil TPS Anda: kirim STATUS.",
        Lang.EN: f"NOT RECORDED. {word} is for coordinators. To see your station's result send STATUS.",
    }[lang]


@text(segments=1)
def not_allowed_area(lang: Lang, *, asked: str, mine: Sequence[str]) -> str:
    """Say that words name no district of the sender's, or several: which there are."""
    asked, shown = shortened(asked, 30), shortened(", ".join(mine), 78)
    return {
        Lang.ID: f"DITOLAK. {asked} bukan kecamatan di wilayah Anda. Pilih: {shown}.",
        Lang.EN: f"NOT RECORDED. {asked} is no district of yours. Choose: {shown}.",
    }[lang]


@text(segments=1)
def bad_number(lang: Lang, *, example: str) -> str:
    """Say that a phone number cannot be one."""
    return {
        Lang.ID: f"DITOLAK. Nomor HP itu tidak bisa dipakai. Kirim: {example}",
        Lang.EN: f"NOT RECORDED. That phone number cannot be used. Send: {example}",
    }[lang]


@text(segments=1)
def replaced(lang: Lang, *, station: str, phone: str, name: str, stopped: bool) -> str:
    """Confirm a substitute to the coordinator; ``stopped`` is for a number that gets no welcome before it says
    START."""
    who = f"{shortened(name, 30)} {phone}".strip()
    if stopped:
        return {
            Lang.ID: f"DIGANTI. TPS{station} sekarang {who}. Ia pernah kirim STOP, petunjuk tidak sampai: minta kirim START lalu BANTUAN.",
            Lang.EN: f"REPLACED. TPS{station} is now {who}. That number has sent STOP and gets no instructions: have it send START, then HELP.",
        }[lang]
    return {
        Lang.ID: f"DIGANTI. TPS{station} sekarang {who}. Ia sudah dikirimi petunjuk. Nomor lama tidak berlaku.",
        Lang.EN: f"REPLACED. TPS{station} is now {who}, who gets instructions. The old number is off.",
    }[lang]


@text(segments=1)
def replaced_already(lang: Lang, *, station: str, phone: str) -> str:
    """Say that the number is the station's already."""
    return {
        Lang.ID: f"SUDAH ADA. {phone} memang monitor TPS{station}. Tidak ada yang diubah.",
        Lang.EN: f"ALREADY RECORDED. {phone} is the monitor of TPS{station}. Nothing was changed.",
    }[lang]


@text(segments=2)
def welcome(lang: Lang, *, name: str, station: str, village: str, example: str) -> str:
    """Tell a new monitor what to do, with an example of their own station."""
    name, village = f" {shortened(name, 25)}".rstrip(), shortened(village, 25)
    return fitting(
        2,
        {
            Lang.ID: (
                f"Selamat datang{name}. Anda monitor TPS{station} {village}. Kirim hasil ke nomor ini, isi titiknya: {example} Bantuan: kirim BANTUAN.",
                f"Anda monitor TPS{station}. Kirim hasil, isi titiknya: {example}",
            ),
            Lang.EN: (
                f"Welcome{name}. You are the monitor of TPS{station} {village}. Text the result to this number, filling the dots: {example} For help send HELP.",
                f"You are the monitor of TPS{station}. Text the result: {example}",
            ),
        }[lang],
    )


@text(segments=1)
def relieved(lang: Lang, *, station: str, stations: Sequence[str]) -> str:
    """Tell the old monitor that another phone reports now; ``stations`` are those that stay theirs."""
    stay = coded(stations, 50)
    done = {Lang.ID: "Tidak perlu kirim lagi.", Lang.EN: "Nothing more to send."}[lang]
    if stay:
        done = {Lang.ID: f"Anda tetap monitor {stay}.", Lang.EN: f"You still report for {stay}."}[lang]
    return {
        Lang.ID: f"Tugas Anda untuk TPS{station} sudah dialihkan ke monitor lain. {done} Terima kasih.",
        Lang.EN: f"TPS{station} is reported by another monitor from now on. {done} Thank you.",
    }[lang]


@text(segments=1)
def language_set(lang: Lang) -> str:
    """Confirm the language of replies, in it."""
    return {
        Lang.ID: "Balasan selanjutnya dalam Bahasa Indonesia.",
        Lang.EN: "Replies are in English from now on.",
    }[lang]


@text(segments=1)
def paused(lang: Lang) -> str:
    """Confirm that summaries stop."""
    return {
        Lang.ID: "Rekap berkala dihentikan. Kirim LANJUT untuk menerima lagi, REKAP untuk melihat sekarang.",
        Lang.EN: "Scheduled totals are paused. Send RESUME to get them again, TOTAL to see them now.",
    }[lang]


@text(segments=1)
def resumed(lang: Lang, *, stopped: bool) -> str:
    """Confirm that summaries go on; ``stopped`` is for a number that gets none before it says START."""
    if stopped:
        return {
            Lang.ID: "Rekap berkala dilanjutkan, tetapi nomor ini pernah mengirim STOP. Kirim START supaya rekap sampai.",
            Lang.EN: "Scheduled totals go on, but this number has sent STOP. Send START to get them.",
        }[lang]
    return {
        Lang.ID: "Rekap berkala dilanjutkan. Kirim BERHENTI untuk menghentikan.",
        Lang.EN: "Scheduled totals go on. Send PAUSE to stop them.",
    }[lang]


@text(segments=1)
def no_question(lang: Lang, *, decides: bool = False) -> str:
    """Say that nothing was asked; to who ``decides`` cases, what those are answered with."""
    said, then = {
        Lang.ID: (
            "Tidak ada pertanyaan yang menunggu jawaban YA atau TIDAK.",
            "Kasus dijawab TERIMA K.. atau TOLAK K.. dengan nomornya."
            if decides
            else "Kirim perintah lengkap, atau BANTUAN.",
        ),
        Lang.EN: (
            "No question is waiting for OK or NO.",
            "Answer a case by ACCEPT K.. or REJECT K.. with its number."
            if decides
            else "Send the whole command, or HELP.",
        ),
    }[lang]
    return f"{said} {then}"


@text(segments=1)
def yes_or_no(lang: Lang) -> str:
    """Say that a question waits for its answer."""
    return {
        Lang.ID: "Belum dijawab. Balas YA kalau benar, TIDAK kalau salah.",
        Lang.EN: "Not answered yet. Reply OK if it is right, NO if it is not.",
    }[lang]


@text(segments=1)
def dropped(lang: Lang) -> str:
    """Confirm a ``TIDAK``: nothing was done."""
    return {
        Lang.ID: "Baik, tidak dilakukan. Silakan kirim ulang yang benar.",
        Lang.EN: "All right, nothing was done. Please send the right one.",
    }[lang]


@text(segments=1)
def opted_out(lang: Lang) -> str:
    """Confirm that texts which we start come no more, and say how they come again."""
    return {
        Lang.ID: "Anda hanya akan menerima balasan atas SMS Anda. Kirim START untuk menerima semua SMS lagi.",
        Lang.EN: "You will only receive replies to your texts. Send START to receive all texts again.",
    }[lang]


@text(segments=1)
def opted_in(lang: Lang) -> str:
    """Confirm that texts which we start come again."""
    return {Lang.ID: "Anda akan menerima SMS lagi.", Lang.EN: "You will receive texts again."}[lang]


@text(segments=1)
def back(lang: Lang, *, station: str, name: str, phone: str) -> str:
    """Tell a coordinator that a monitor who could not come is at the station now."""
    name = shortened(name, 24)
    return {
        Lang.ID: f"HADIR TPS{station} {name} {phone}, yang tadi berhalangan. Tidak perlu pengganti.",
        Lang.EN: f"PRESENT TPS{station} {name} {phone}, who could not come before. No substitute is needed.",
    }[lang]


@text(segments=1)
def struggling(lang: Lang, *, name: str, phone: str, body: str) -> str:
    """Tell a coordinator that a monitor's third text in a row was refused."""
    name, body = shortened(name, 24), shortened(body.replace("\n", " "), 60)
    return {
        Lang.ID: f'PERHATIAN. {name} {phone} gagal 3 kali. Terakhir: "{body}" Mohon ditelepon.',
        Lang.EN: f'ATTENTION. {name} {phone} failed 3 times. Last: "{body}" Please call.',
    }[lang]
