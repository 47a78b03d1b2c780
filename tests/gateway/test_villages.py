"""The number on the official form, which restarts in every village: SPEC section 2, ``TPS012``."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from config.election import Contest
from gateway.papers.rows import Notes
from models.listing import held, listed
from tests.city import COORDINATOR, DEPUTY, MAYOR, MONITOR
from tests.databases import only_sqlite
from tests.elections import REFERENCE, candidates


@pytest.mark.parametrize(
    ("station", "meant"),
    [
        pytest.param("TPS 3", "TPS003", id="our code before the form's number"),
        pytest.param("TPS 12", "TPS012", id="our code"),
        pytest.param("TPS 3 Cereme Taba", "TPS012", id="the form's number in its village"),
        pytest.param("TPS 3 Kel. Cereme Taba", "TPS012", id="with the word for village"),
        pytest.param("TPS 3 cereme taba pak", "TPS012", id="with a word behind it"),
        pytest.param("TPS 3 CeremeTaba", "TPS012", id="without its blank"),
        pytest.param("TPS 3 Air Kuti", "TPS003", id="the other village"),
        pytest.param("TPS 3 selamat siang", "TPS003", id="words that are no village"),
    ],
)
def test_the_village_says_which_of_two_stations_a_monitor_means(city, station, meant):
    city.text(COORDINATOR, "GANTI TPS003 " + MONITOR)

    outcome, _, reply = city.said(MONITOR, f"{station} G:120,98,77 SAH:295")

    assert outcome == "accepted"
    assert f"DITERIMA {meant}." in reply


def test_a_village_where_that_station_is_not_is_refused(city):
    monitor = city.said(MONITOR, "TPS 12 Air Kuti G:120,98,77 SAH:295")
    coordinator = city.said(COORDINATOR, "TPS 12 Air Kuti G:120,98,77 SAH:295")

    assert monitor[:2] == ("refused", ("not_your_station",))
    assert coordinator[:2] == ("refused", ("unknown_station",))


@pytest.mark.parametrize(
    "village", ["Cereme Taba", "Cereme Taba pak", "Kelurahan Cereme Taba", "CeremeTaba", "ceremetaba pak"]
)
def test_a_correction_by_form_and_village_never_reaches_our_station_of_that_number(city, village):
    city.text(MONITOR, "TPS012 G:120,98,77 SAH:295")

    reply = city.said(COORDINATOR, f"KOREKSI TPS 3 {village} G1:121 SAH:296")[2]

    assert "DIKOREKSI TPS012" in reply


def test_a_coordinator_who_is_a_monitor_too_means_our_code_before_their_own_form(city):
    city.text(COORDINATOR, "GANTI TPS014 " + DEPUTY)

    ours = city.said(DEPUTY, "TPS 5 G:120,98,77 SAH:295")[2]
    own = city.said(DEPUTY, "TPS 5 Cereme Taba G:120,98,77 SAH:295")[2]

    assert "TPS005" in ours
    assert "TPS014" in own


BUPATI = Contest("B", "Bupati", candidates(3), ("BUP", "BUPATI"))
KOTA = Contest("K", "Wali Kota", candidates(2), ("KOTA", "DESA"))
PHONES = {"monitor": MONITOR, "coordinator": COORDINATOR, "deputy": DEPUTY, "mayor": MAYOR}
R = "G:120,98,77 SAH:295"


@pytest.fixture
def in_villages(city_with):
    """Give the city with the villages of its stations 001 to 009 and 010 to 020 called otherwise, which may
    be what a contest is called."""

    def build(first, second, contests):
        city = city_with(replace(REFERENCE, contests=contests))
        with city.service.store.transaction() as db:
            for table in ("stations", "station_versions"):
                for before, after in (("Air Kuti", first), ("Cereme Taba", second)):
                    names = {"before": before, "after": after}
                    db.execute(text(f"UPDATE {table} SET village = :after WHERE village = :before"), names)
        return city

    return build


def _last(city, conversation):
    """Bring the texts; give the reply to the last, and see that the audit reads them all alike."""
    for step in conversation.split(" | "):
        who, _, body = step.partition(": ")
        reply = city.said(PHONES[who], body)[2]
    assert city.audited() == []
    return reply


@pytest.mark.parametrize(
    ("conversation", "expected"),
    [
        (
            "coordinator: TPS003 B:120,98,77 SAH:295 | coordinator: BATAL TPS 3 Bukit Lama",
            "TPS012 tidak punya",
        ),
        ("coordinator: BATAL TPS 3 Bukit Lama B", "TPS012 tidak punya hasil B."),
        ("coordinator: BATAL TPS 3 kel. Bukit Lama Bupti", "balas YA: BATAL TPS012 B"),
        ("coordinator: BATAL TPS 3 B kel. Bukit Lama", "TPS012 tidak punya hasil B."),
        ("coordinator: BATAL Bukit Lama TPS 3", "TPS012 tidak punya hasil."),
        ("deputy: VOID TPS 3 Bukit Lama", "TPS012 has no result."),
        ("coordinator: BATAL TPS 3 Bukti Lama", "BUKTI LAMA tidak kami kenali"),
        ("coordinator: BATAL TPS 3 Bukit", "Kelurahan BUKIT tidak kami kenali"),
        ("coordinator: BATAL TPS 25 Bukit Lama", "TPS 25 tidak ada"),
        ("coordinator: BATAL TPS012 Bukit", "TPS012 tidak punya hasil."),
        ("coordinator: BATAL TPS 3 Bukit Lama dan TPS 4 Bukit Lama", "TPS '3 4' ditulis dua kali"),
        ("coordinator: BATAL TPS012 Bupti", "BATAL TPS012 B"),
        ("coordinator: BATAL TPS012 BK", "BK bisa dibaca dua arti. Kirim ulang: BATAL TPS012 .."),
        ("coordinator: BATAL TPS 3 Kota", "'KOTA' bisa dibaca dua arti"),
        ("mayor: CEK TPS 8 Kota", "TPS008 Kota."),
        ("mayor: CEK TPS 3 Bukit Lama", "TPS012 Bukit Lama."),
    ],
)
@only_sqlite
def test_words_that_may_be_a_village_are_no_contest(in_villages, conversation, expected):
    assert expected in _last(in_villages("Kota", "Bukit Lama", (BUPATI, KOTA)), conversation)


@pytest.mark.parametrize(
    ("conversation", "expected"),
    [
        (f"monitor: TPS 3 Kampung 1 {R}", "DITERIMA TPS012."),
        (f"monitor: Kel. Kampung 1 TPS 03 {R}", "DITERIMA TPS012."),
        (f"monitor: TPS 4 Kampung 1 {R}", "Nomor Anda terdaftar untuk TPS012."),
        ("monitor: TPS 4 Kampung 1 GB:120,98,77 SAH:295", "Nomor Anda terdaftar untuk TPS012."),
        ("monitor: TPS 3 Kampung 1 G:120,98,78 SAH:295 | monitor: YA", "DITAHAN TPS012, kasus K1."),
        (
            "monitor: TPS 3 Kampung 1 G:120,98,78 SAH:295 | monitor: YA | coordinator: TERIMA K1",
            "TPS012, K1 diterima",
        ),
        (f"monitor: batal, yang benar TPS 3 Kampung 1 {R}", "balas YA: RALAT TPS012 G:120,98,77 SAH:295"),
        ("monitor: HADIR saya dari 13 Ilir TPS012", "HADIR tercatat, TPS012"),
        ("monitor: BELUM TPS 3 Kampung 1", "TPS012 belum selesai"),
        (f"coordinator: TPS 3 13 ilir {R}", "DITERIMA TPS003."),
        (f"coordinator: TPS 3, 13Ilir, {R}", "DITERIMA TPS003."),
        (f"coordinator: KOREKSI TPS 4 Kampung 1 {R}", "DIKOREKSI TPS013."),
        (
            "coordinator: KOREKSI TPS 4 Kampung 1 G:120,98 SAH:295",
            "Kirim ulang: KOREKSI TPS013 G:..,..,.. SAH:..",
        ),
        (
            "deputy: CORRECT TPS 3 13 Ilir G:1.200,98,77 SAH:295",
            "Send again: CORRECT TPS003 G:..,..,.. SAH:..",
        ),
        (
            "coordinator: KOREKSI TPS 4 Kampng 1 G:120,98 SAH:295",
            "Kirim ulang: KOREKSI TPS.. G:..,..,.. SAH:..",
        ),
        (f"coordinator: TPS 12 13 Ilir {R}", "TPS 12 tidak ada"),
        ("coordinator: CEK TPS 5 Kampung 1", "TPS014 Kampung 1."),
        ("mayor: CHECK TPS 5 13 Ilir", "TPS005 13 Ilir."),
        ("coordinator: GANTI TPS 4 Kampung 1 081234567890 Siti", "TPS013 sekarang Siti +6281234567890."),
        (
            f"coordinator: TPS 3 13 Ilir {R} | coordinator: BATAL TPS 3 13 Ilir | coordinator: KOREKSI TPS003 {R}"
            " | coordinator: BATAL TPS 3 13 Ilir | coordinator: YA TPS 3 13 Ilir",
            "DIKOREKSI TPS003. Hasil G dibatalkan",
        ),
    ],
)
@only_sqlite
def test_a_village_with_a_number_in_its_name_says_which_station_is_meant(in_villages, conversation, expected):
    assert expected in _last(in_villages("13 Ilir", "Kampung 1", REFERENCE.contests), conversation)


@pytest.mark.parametrize(
    ("conversation", "expected"),
    [
        (f"monitor: TPS 3 9/10 Ulu {R}", "DITERIMA TPS012."),
        (f"coordinator: KOREKSI TPS 4 L. Sidoharjo {R}", "DIKOREKSI TPS004."),
        (f"monitor: TPS000012 9/10 Ulu {R}", "DITERIMA TPS012."),
        (f"coordinator: KOREKSI TPS000004 L. Sidoharjo {R}", "DIKOREKSI TPS004."),
        ("coordinator: BATAL TPS 4 9/10 Ulu W", "TPS013 tidak punya hasil W."),
        ("coordinator: CEK 9/10 ulu TPS 4", "TPS013 9/10 Ulu."),
        ("mayor: CEK TPS 25 9/10 Ulu", "TPS 25 tidak ada"),
        ("coordinator: KOREKSI TPS 25 9/10 Ulu G:120,98 SAH:295", "TPS 25 tidak ada"),
        ("coordinator: BATAL TPS 25 L. Sidoharjo", "TPS 25 tidak ada"),
        ("coordinator: BATAL TPS 12 L. Sidoharjo", "TPS 12 tidak ada"),
    ],
)
@only_sqlite
def test_a_village_s_name_may_have_marks_(in_villages, conversation, expected):
    city = in_villages("L. Sidoharjo", "9/10 Ulu", REFERENCE.contests)

    assert expected in _last(city, conversation)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("HADIR TPS 3 Kampung 1", "HADIR tercatat, TPS012"),
        ("STATUS TPS 3 Kampung 1", "TPS012 Kampung 1."),
        ("LAPOR TPS 3 Kampung 1 listrik mati", "Laporan kejadian TPS012"),
        ("LAPOR listrik mati di Kampung 1 TPS 3", "Laporan kejadian TPS012"),
        ("LAPOR TPS 3 ada 13 orang ribut", "Laporan kejadian TPS003"),
        ("NOTYET TPS 3 Kampung 1", "TPS012 belum selesai"),
        ("HALANGAN TPS 3 Kampung 1 sakit", "Halangan Anda untuk TPS012"),
        (f"TPS 3 Kampung 1 {R}", "DITERIMA TPS012."),
        (f"TPS 3 13 Ilir {R}", "DITERIMA TPS003."),
        ("HADIR TPS 4 13 Ilir", "Nomor Anda terdaftar untuk TPS012, TPS003."),
    ],
)
@only_sqlite
def test_a_monitor_of_two_stations_means_that_of_the_village_whose_name_has_a_number(
    in_villages, body, expected
):
    city = in_villages("13 Ilir", "Kampung 1", REFERENCE.contests)
    city.text(COORDINATOR, "GANTI TPS003 " + MONITOR)

    assert expected in _last(city, f"monitor: {body}")


@pytest.mark.parametrize(
    ("conversation", "expected"),
    [
        ("mayor: CEK TPS 3 Kota Baru", "TPS012 Kota Baru."),
        ("monitor: TPS 3 Kota Baru G:120,98,77 SAH:295", "DITERIMA TPS012."),
        ("coordinator: BATAL TPS 3 Kota Baru", "TPS012 tidak punya hasil."),
        ("coordinator: BATAL TPS 3 Kota Baru kota", "TPS012 tidak punya hasil K."),
        ("coordinator: BATAL TPS 3 Kota Bar", "Kelurahan KOTA BAR tidak kami kenali"),
        ("coordinator: BATAL TPS 3 Kota", "TPS003 tidak punya hasil K."),
        (
            "monitor: saya Budi dari Bukit Lama TPS012 GB:120,98,77 SAH:295",
            "GB? maksudnya G? Kalau benar balas YA",
        ),
    ],
)
@only_sqlite
def test_a_village_may_begin_with_a_contest_s_word(in_villages, conversation, expected):
    city = in_villages("Bukit Lama", "Kota Baru", (REFERENCE.contests[0], KOTA))

    assert expected in _last(city, conversation)


@only_sqlite
def test_what_is_stored_of_a_text_is_read_with_its_village(in_villages):
    city = in_villages("13 Ilir", "Kampung 1", REFERENCE.contests)
    for body in (f"TPS 3 13 Ilir {R} @ hujan", "KOREKSI TPS 3 13 Ilir G1:121 SAH:290", "YA"):
        city.text(COORDINATOR, body)

    def read(db):
        standing = next(each for each in listed(db, REFERENCE) if each.source)
        return Notes(REFERENCE).of(standing), [
            each.source and each.source.source for each in held(db, REFERENCE)
        ]

    assert city.read(read) == ("hujan", ["correction"])


@only_sqlite
def test_a_text_that_is_too_long_is_not_made_shorter_by_its_village(in_villages):
    city = in_villages("13 Ilir", "Kampung 1", REFERENCE.contests)

    assert city.said(MONITOR, f"TPS 3 Kampung 1 {R} @".ljust(1600, "x"))[0] == "accepted"
    assert city.said(MONITOR, f"TPS 3 Kampung 1 {R} @".ljust(1601, "x"))[:2] == (
        "refused",
        ("not_understood",),
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"TPS 3 Karang-Anyar {R}", "DITERIMA TPS012."),
        (f"TPS 3 kel. Karang Anyar {R}", "DITERIMA TPS012."),
        (f"KOREKSI TPS 4 Ma'rang {R}", "DIKOREKSI TPS004."),
        ("BATAL TPS 3 Karang Anyar", "TPS012 tidak punya hasil."),
        ("BATAL TPS 25 Karang Anyar", "TPS 25 tidak ada"),
        ("BATAL TPS 3 Karang Anyir", "KARANG ANYIR tidak kami kenali"),
    ],
)
@only_sqlite
def test_a_village_is_known_without_its_marks(in_villages, body, expected):
    city = in_villages("Ma'rang", "Karang-Anyar", REFERENCE.contests)

    assert expected in _last(city, f"coordinator: {body}")
