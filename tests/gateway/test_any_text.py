"""Whatever is texted: it is stored, its outcome is one of SPEC section 3's, and the answer fits."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notify.segments import is_gsm7, segments
from tests.city import COORDINATOR, DISTRICT_OFFICIAL, MAYOR, MONITOR, City, city_at, settle
from tests.elections import LARGEST, REFERENCE

OUTCOMES = {"accepted", "corrected", "duplicate", "held", "refused", "ignored", "practice", "answered"}
SENDERS = st.sampled_from([MONITOR, COORDINATOR, MAYOR, DISTRICT_OFFICIAL, "+6284777000111"])
WORDS = [
    "TPS012",
    "TPS13",
    "TPS",
    "G:120,98,77",
    "G:1.200",
    "W:140,155",
    "W",
    "WK:1,2",
    "SAH:295",
    "SAH",
    "SAH:-5",
    "TSAH:5",
    "KOREKSI",
    "BATAL",
    "TERIMA",
    "K1",
    "TOLAK",
    "GANTI",
    "081234567890",
    "+6284999000111",
    "Siti",
    "HADIR",
    "BELUM",
    "LAPOR",
    "listrik",
    "padam",
    "RALAT",
    "HALANGAN",
    "KABAR",
    "CEK",
    "INGATKAN",
    "REKAP",
    "STATUS",
    "BAHASA",
    "EN",
    "BERHENTI",
    "LANJUT",
    "BANTUAN",
    "?",
    "YA",
    "TIDAK",
    "OK",
    "terima",
    "kasih",
    "PIN:4821",
    "@",
    "12.5",
    "45%",
    "1/2",
    "GABC:1,2,3,4",
    "WABC:600",
]
BODIES = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join),
    st.lists(st.sampled_from(WORDS) | st.text(max_size=6), max_size=200).map(" ".join),
)


@pytest.fixture(scope="module", params=["reference", "largest"])
def city(request, tmp_path_factory):
    election = REFERENCE if request.param == "reference" else replace(LARGEST, source="largest")
    url = f"sqlite:///{tmp_path_factory.mktemp('any')}/any.db"
    settle(url)
    opened = city_at(url, election)
    yield opened
    assert opened.audited() == []  # whatever was texted
    opened.service.store.close()


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sender=SENDERS, body=BODIES)
def test_every_text_is_stored_and_answered_within_two_segments(city: City, sender, body):
    before = city.count("messages")
    city.wait(seconds=30)

    answer = city.text(sender, body)

    assert answer.outcome in OUTCOMES
    assert city.count("messages") > before
    if answer.reply is not None:
        assert is_gsm7(answer.reply), answer.reply
        assert segments(answer.reply) <= 2, answer.reply
