"""What the codes of the log mean, Indonesian and English side by side."""

from config.language import Lang

# What SPEC sections 3 to 6 call outcomes, statuses and codes, as a desk reads them.
MEANINGS: dict[str, tuple[str, str]] = {
    "accepted": ("diterima", "accepted"),
    "answered": ("dijawab", "answered"),
    "corrected": ("dikoreksi", "corrected"),
    "duplicate": ("sudah ada", "already recorded"),
    "held": ("ditahan", "held"),
    "refused": ("ditolak", "refused"),
    "ignored": ("diabaikan", "ignored"),
    "practice": ("latihan", "practice"),
    "queued": ("menunggu", "waiting"),
    "sending": ("sedang dikirim", "sending"),
    "sent": ("terkirim", "sent"),
    "delivered": ("sampai", "delivered"),
    "undelivered": ("tidak sampai", "not delivered"),
    "failed": ("gagal", "failed"),
    "expired": ("kedaluwarsa", "expired"),
    "unknown": ("tidak diketahui", "not known"),
    "automated_sender": ("pengirim otomatis", "automated sender"),
    "unknown_sender": ("nomor tidak terdaftar", "number not on the roster"),
    "rate_limited": ("terlalu banyak pesan", "too many texts"),
    "not_understood": ("tidak terbaca", "not understood"),
    "bad_pin": ("PIN salah atau tidak ada", "PIN wrong or missing"),
    "not_your_station": ("bukan TPS-nya", "not their station"),
    "unknown_station": ("TPS tidak ada", "no such station"),
    "not_allowed": ("tidak berhak", "not allowed"),
    "station_needed": ("TPS tidak disebut", "no station named"),
    "candidate_count": ("jumlah calon keliru", "wrong number of candidates"),
    "missing_valid": ("SAH tidak ada", "no SAH"),
    "sum_mismatch": ("jumlah tidak cocok", "does not add up"),
    "too_many_votes": ("suara melebihi surat suara", "more votes than ballots"),
    "closed": ("sudah ditutup", "closed"),
    "already_recorded": ("sudah ada", "already recorded"),
    "conflict": ("beda dari yang tercatat", "differs from what stands"),
    "suspicious": ("janggal", "odd figures"),
    "unknown_case": ("kasus tidak ada", "no such case"),
    "use_correction": ("pakai KOREKSI", "KOREKSI is needed"),
    "repeated": ("perintah berulang", "a command again"),
    "no_question": ("tidak ada pertanyaan", "no question open"),
    "too_soon": ("terlalu cepat", "too soon"),
    "bad_number": ("nomor keliru", "bad number"),
    "too_long": ("terlalu panjang", "too long"),
    "opted_out": ("berhenti berlangganan", "opted out"),
    # why a text did not leave, beside the carriers' own codes
    "sample_number": ("nomor contoh", "a number of the sample"),
    "not_in_only": ("di luar daftar gladi", "not among the rehearsal's numbers"),
    "unreadable_answer": ("jawaban jalurnya tidak terbaca", "the carrier's answer cannot be read"),
    "no_sid": ("jawaban jalurnya tanpa id", "the carrier's answer has no id"),
    "forgotten": ("dihapus sesudah malam itu", "forgotten after the night"),
    # why figures deserve a second look
    "sum": ("jumlah tidak cocok", "does not add up"),
    "equal": ("angka sama dengan TPS lain", "figures equal to another station's"),
    "all_for_one": ("semua suara untuk satu calon", "all votes for one candidate"),
    "none_for_one": ("ada calon tanpa suara", "a candidate with no vote"),
    "turnout": ("suara melebihi DPT", "turnout over 100 % of DPT"),
    # notes from the field
    "incident": ("kejadian", "incident"),
    "absent": ("berhalangan", "cannot come"),
}


def meaning(lang: Lang, code: str) -> str:
    """Give what an outcome, a status or a code means; one that has no words stands for itself."""
    known = MEANINGS.get(code)
    return code.replace("_", " ") if known is None else known[lang is Lang.EN]
