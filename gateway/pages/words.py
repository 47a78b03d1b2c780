"""The words of the pages, Indonesian and English side by side, and how figures are written."""

from datetime import datetime

from markupsafe import Markup

from config.language import Lang

# By key: Indonesian, English. ``{…}`` is filled in; nothing here holds markup.
WORDS: dict[str, tuple[str, str]] = {
    # everywhere
    "board": ("Papan", "Board"),
    "messages": ("Pesan", "Texts"),
    "phones": ("Telepon uji", "Test phones"),
    "unofficial": ("TIDAK RESMI", "UNOFFICIAL"),
    "only_kpu": (
        "Angka tidak resmi. Hasil resmi hanya dari KPU.",
        "The figures are unofficial. Only the election commission (KPU) declares results.",
    ),
    "as_of": ("Keadaan", "As of"),
    "live": ("terkini", "live"),
    "stale": (
        "Sambungan putus. Angka di bawah mungkin sudah lama.",
        "Not connected. The figures below may be old.",
    ),
    "no_script": (
        "Tanpa JavaScript: dimuat ulang tiap 15 detik.",
        "Without JavaScript: reloads every 15 seconds.",
    ),
    "no_script_phones": (
        "Tanpa JavaScript: muat ulang untuk melihat pesan baru.",
        "Without JavaScript: reload to see new texts.",
    ),
    "skip": ("Langsung ke isi", "Skip to the content"),
    "all_of": ("Semua", "All"),
    "more": ("Lanjut", "Next"),
    "back_to_first": ("Ke awal", "To the first"),
    "none": ("Tidak ada.", "None."),
    "station": ("TPS", "Station"),
    "district": ("Kecamatan", "District"),
    "village": ("Kelurahan", "Village"),
    "monitor": ("Monitor", "Monitor"),
    "coordinator": ("Koordinator", "Coordinator"),
    "official": ("Pejabat", "Official"),
    "contest": ("Pemilihan", "Contest"),
    "votes": ("Suara", "Votes"),
    "valid": ("Sah", "Valid"),
    "invalid": ("Tidak sah", "Invalid"),
    "invalid_given": ("Tidak sah, bila dilaporkan", "Invalid, where given"),
    "voters": ("DPT", "Voters (DPT)"),
    "time": ("Waktu", "Time"),
    "by": ("Oleh", "By"),
    "text": ("Pesan", "Text"),
    "why": ("Sebab", "Why"),
    "status": ("Status", "Status"),
    "unknown": ("tidak diketahui", "unknown"),
    "nobody": ("tidak ada monitor", "no monitor"),
    "not_found": ("Tidak ditemukan", "Not found"),
    "password_needed": (
        "Papan ini untuk pengguna operator dengan kata sandinya. Muat ulang untuk mencoba lagi.",
        "The board is for the user operator, with the password. Reload to try again.",
    ),
    "password_wait": (
        "Kata sandi terlalu sering salah. Muat ulang {seconds} detik lagi.",
        "The password was wrong too often. Reload in {seconds} s.",
    ),
    # the board
    "reported": ("Sudah melapor", "Reported"),
    "complete": ("Lengkap", "Complete"),
    "held": ("Ditahan", "Held"),
    "missing": ("Belum lengkap", "Not complete"),
    "absent": ("Belum hadir", "Not checked in"),
    "corrected": ("Dikoreksi", "Corrected"),
    "second-look": ("Patut diperiksa lagi", "Deserves a second look"),
    "incidents": ("Kejadian", "Incidents"),
    "failed": ("Pesan gagal", "Texts that failed"),
    "carriers": ("Jalur pesan", "Carriers"),
    "of_stations": ("dari {count} TPS", "of {count} stations"),
    "counted": ("{count} dari {all} TPS dihitung", "{count} of {all} stations counted"),
    "pace": ("TPS yang sudah melapor, menurut waktu", "Stations that have reported, over time"),
    "pace_said": (
        "Sampai {at}, {count} dari {all} TPS sudah melapor.",
        "By {at}, {count} of {all} stations had reported.",
    ),
    "districts": ("Kecamatan", "Districts"),
    "part_of": ("dari suara {code}", "of {code} votes"),
    "no_results": ("belum ada", "none yet"),
    "at_least": ("sedikitnya {count}", "at least {count}"),
    "not_for_so_many": (
        "Untuk sebanyak ini lihat `pantau report`.",
        "For so many stations see `pantau report`.",
    ),
    "lacks": ("Belum ada", "Lacks"),
    "now": ("Sekarang", "Now"),
    "sent": ("Yang dikirim", "What was sent"),
    "words_to_decide": ("Koordinator membalas {yes} atau {no}", "A coordinator answers {yes} or {no}"),
    "last_in": ("Pesan masuk terakhir", "Last text in"),
    "never": ("belum pernah", "never yet"),
    "waiting": ("Menunggu dikirim", "Waiting to leave"),
    "as_other": ("sama dengan TPS {code}", "equal to station {code}"),
    "as_others": ("sama dengan TPS {code} dan {count} lainnya", "equal to station {code} and {count} more"),
    "no_data": ("Belum ada TPS yang melapor", "No station has reported yet"),
    "no_data_opens": (
        "Laporan dihitung mulai {at}; sebelumnya adalah latihan.",
        "Reports are counted from {at}; earlier ones are practice.",
    ),
    "no_data_now": (
        "Laporan pertama muncul di sini dengan sendirinya.",
        "The first report appears here by itself.",
    ),
    "no_stations": ("Belum ada TPS di daftar", "There are no stations on the roster"),
    "no_stations_more": (
        "Semua laporan ditolak sampai daftar TPS dan orang diimpor: `pantau roster import`.",
        "Every report is refused until stations and people are brought in: `pantau roster import`.",
    ),
    "all_complete": ("Semua {count} TPS lengkap", "All {count} stations are complete"),
    "all_complete_more": (
        "Yang ditahan dan yang patut diperiksa lagi ada di bawah.",
        "What is held and what deserves a second look stands below.",
    ),
    "closed_at": ("Laporan ditutup {at}.", "Reporting closed at {at}."),
    # when something is wrong
    "trouble": ("Layanan terganggu", "Service degraded"),
    "sign_database": (
        "Basis data tidak dapat ditulisi: pesan yang masuk tidak dapat disimpan.",
        "The database cannot be written to: texts that come in cannot be stored.",
    ),
    "sign_schema": ("Skema basis data bukan milik versi ini.", "The database lacks this version's schema."),
    "sign_scheduler": ("Jadwal rekap berhenti.", "The schedule of summaries has stopped."),
    "sign_outbox": ("Pengirim pesan berhenti.", "Nothing is being sent."),
    "sign_failing": ("Jalur {carrier} terus gagal mengirim.", "Carrier {carrier} keeps failing."),
    "sign_lying": (
        "Jalur {carrier} menerima pesan tetapi tidak mengirimnya; dicoba lagi tiap 5 menit.",
        "Carrier {carrier} takes texts and leaves them unsent; it is tried again every 5 minutes.",
    ),
    "sign_asking": (
        "Pesan yang masuk lewat jalur {carrier} tidak dapat diambil sejak {at}.",
        "Texts in by carrier {carrier} cannot be fetched since {at}.",
    ),
    "sign_outbox_late": (
        "{count} pesan menunggu dikirim, yang terlama sejak {at}.",
        "{count} texts wait to leave, the oldest since {at}.",
    ),
    "sign_retried": (
        "{count} pesan belum berhasil diserahkan ke jalurnya (kode {error}); dicoba lagi.",
        "{count} texts could not be handed over yet (code {error}); they are tried again.",
    ),
    "sign_silence": (
        "Sejak {at} tidak ada pesan masuk, padahal masih ada TPS yang belum lengkap.",
        "Nothing has come in since {at}, though stations are missing.",
    ),
    "away": ("Basis data tidak menjawab", "The database does not answer"),
    "away_more": (
        "Angka tidak dapat dibaca sekarang. Pesan yang masuk diantar lagi oleh operator seluler atau "
        "diambil setelah basis data kembali. Halaman ini mencoba lagi dengan sendirinya.",
        "No figures can be read now. Texts that come in are brought again by the carrier, or fetched "
        "once the database is back. This page tries again by itself.",
    ),
    # a district, a station
    "stations": ("TPS", "Stations"),
    "present": ("hadir", "present"),
    "not_present": ("belum hadir", "not checked in"),
    "state_complete": ("lengkap", "complete"),
    "state_partial": ("sebagian", "partial"),
    "state_none": ("belum melapor", "not reported"),
    "state_held": ("ditahan {cases}", "held {cases}"),
    "adds_up_not": ("jumlah tidak cocok", "does not add up"),
    "sum_stated": ("SAH di formulir {stated}", "SAH on the form {stated}"),
    "history": ("Riwayat", "History"),
    "history_lead": ("Semua revisi, yang terbaru di atas.", "Every revision, newest first."),
    "revision": ("Revisi", "Revision"),
    "receipt": ("Resi", "Receipt"),
    "cases": ("Kasus", "Cases"),
    "texts_here": ("Pesan tentang TPS ini", "Texts about this station"),
    "form_number": ("Nomor di formulir", "Number on the form"),
    "nothing_stands": ("Belum ada hasil yang tercatat.", "Nothing stands here."),
    "status_accepted": ("berlaku", "stands"),
    "status_superseded": ("diganti", "replaced"),
    "status_void": ("dibatalkan", "taken out"),
    "case_open": ("terbuka", "open"),
    "case_accepted": ("diterima", "accepted"),
    "case_rejected": ("ditolak", "rejected"),
    "why_report": ("laporan", "report"),
    "why_own": ("koreksi monitor sendiri", "monitor's own correction"),
    "why_correction": ("koreksi koordinator", "coordinator's correction"),
    "why_decision": ("keputusan koordinator", "coordinator's decision"),
    "why_void": ("dibatalkan koordinator", "taken out by a coordinator"),
    "source_operator": ("lewat telepon, ditulis operator", "phoned in, typed by the operator"),
    # the log
    "search": ("Cari", "Search"),
    "search_lead": (
        "Nomor, TPS 012, nama, isi pesan",
        "Number, TPS 012, name, words",
    ),
    "kind": ("Jenis", "Kind"),
    "kind_all": ("semua", "all"),
    "kind_in": ("masuk", "in"),
    "kind_out": ("keluar", "out"),
    "kind_failed": ("gagal", "failed"),
    "direction": ("Arah", "Direction"),
    "outcome": ("Hasil", "Outcome"),
    "older": ("Lebih lama", "Older"),
    "newest": ("Terbaru", "Newest"),
    "nothing_here": ("Tidak ada pesan yang cocok di sini.", "No text matches here."),
    "search_on": ("Cari lebih jauh ke belakang", "Search further back"),
    "person": ("Orang", "Person"),
    # the sandbox
    "sandbox_lead": (
        "Tidak ada yang keluar dari komputer ini. Ketik di satu telepon, lihat jawabannya.",
        "Nothing leaves this machine. Type into a phone and see the answer.",
    ),
    "choose": ("Ganti orang", "Choose another person"),
    "choose_lead": ("Nama, peran, atau TPS", "Name, role or station"),
    "nobody_found": ("Tidak ada yang cocok.", "Nobody matches."),
    "write_to": ("Tulis pesan sebagai {name}", "Write a text as {name}"),
    "send": ("Kirim", "Send"),
    "again_same": ("Ulang, id sama", "Again, same id"),
    "again_new": ("Ulang, id baru", "Again, new id"),
    "again_lead": (
        "Operator seluler kadang mengantar satu pesan dua kali.",
        "Carriers sometimes deliver a text twice.",
    ),
    "examples": ("Contoh", "Examples"),
    "no_texts": ("Belum ada pesan.", "No texts yet."),
    "add_phone": ("Tambah telepon", "Add a phone"),
    "remove_phone": ("Singkirkan telepon ini", "Remove this phone"),
    "segments": ("{count} SMS", "{count} SMS"),
    "said_same": (
        "Diantar lagi dengan id yang sama: tidak ada yang berubah, jawabannya sama.",
        "Delivered again with the same id: nothing changed, the same answer.",
    ),
    "said_new": ("Diantar lagi dengan id baru.", "Delivered again with a new id."),
    "said_nothing": ("Belum ada pesan untuk diulang.", "There is no text to deliver again."),
    "said_empty": ("Pesannya kosong.", "The text is empty."),
    "unlisted": ("tidak terdaftar", "not on the roster"),
    "whole": ("seluruh kota", "the whole city"),
}


def say(lang: Lang, key: str, **values: object) -> str:
    """Give the words of a key, filled in."""
    return WORDS[key][lang is Lang.EN].format(**values)


def figure(number: int) -> Markup:
    """Write a whole number. Groups of three are set apart to the eye alone: searched for and
    copied it is the digits, as in every text."""
    digits = str(abs(number))
    if len(digits) < 5:
        return Markup(str(number))
    head = len(digits) % 3
    groups = ([digits[:head]] if head else []) + [digits[i : i + 3] for i in range(head, len(digits), 3)]
    parts = Markup("").join(Markup("<span>{}</span>").format(each) for each in groups)
    return Markup('<data value="{}">{}{}</data>').format(number, "-" if number < 0 else "", parts)


def clock(at: datetime, now: datetime) -> str:
    """Write a moment, both on the election's clock; with the day where it is another."""
    return f"{at:%H:%M:%S}" if at.date() == now.date() else f"{at:%d-%m %H:%M}"
