from dataclasses import replace

import pytest

from parser import parse, redact
from parser.commands import Report
from parser.errors import Unclear
from tests.parser.elections import TWO


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        pytest.param("TPS012 G:1,2,3 PIN:4821", "TPS012 G:1,2,3 PIN:****", id="as taught"),
        pytest.param("pin4821 SAH:6", "pin**** SAH:6", id="nothing between"),
        pytest.param("PIN 4821", "PIN ****", id="a blank"),
        pytest.param("PIN = 04821678", "PIN = ****", id="eight digits, a zero first"),
        pytest.param("SAH:6PIN#4821#TPS1", "SAH:6PIN#****#TPS1", id="after a digit, between marks"),
        pytest.param("SAH:6OPIN4821", "SAH:6OPIN****", id="after a letter that is a digit"),
        pytest.param("PIN:4", "PIN:****", id="one digit"),
        pytest.param("PIN:123456789012", "PIN:****", id="twelve digits"),
        pytest.param("PIN:48O1", "PIN:****", id="a letter for a digit"),
        pytest.param("PIN 482 1", "PIN ****", id="its last digit apart"),
        pytest.param("PIN: 48 21 TPS1", "PIN: **** TPS1", id="in two parts"),
        pytest.param("PIN 4821 120 98", "PIN **** 120 98", id="other numbers behind it stay"),
        pytest.param("ＰＩＮ：４８２１", "ＰＩＮ：****", id="full width"),
        pytest.param("PIN:٤٨٢١", "PIN:****", id="Arabic-Indic digits"),
        pytest.param("P\u200bIN:4\u200b8\x0021", "P\u200bIN:****", id="invisible characters within"),
        pytest.param("pin saya 4821", "pin saya ****", id="a word between"),
        pytest.param("pinnya 4821", "pinnya ****", id="with an ending"),
        pytest.param("PINku:4821", "PINku:****", id="with another ending"),
        pytest.param("PIM:4821", "PIM:****", id="mistyped key"),
        pytest.param("PIN:4821 lalu PIN:4822", "PIN:**** lalu PIN:*****", id="two that differ"),
        pytest.param("@ hujan pin:4821", "@ hujan pin:****", id="in the note"),
        pytest.param("pinjam 4821 kursi", "pinjam 4821 kursi", id="another word that begins so"),
        pytest.param("TPS012 G:120,98,77", "TPS012 G:120,98,77", id="none"),
        pytest.param("pin saya lupa", "pin saya lupa", id="no digits"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_pin_is_taken_out_before_a_text_is_stored(text: str, stored: str) -> None:
    assert redact(text) == stored


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        pytest.param("4821", "****", id="as it is"),
        pytest.param(" (4821).", " (****).", id="among marks"),
        pytest.param("٤٨٢١", "****", id="Arabic-Indic digits"),
        pytest.param("482", "482", id="too short"),
        pytest.param("4821 pak", "4821 pak", id="with a word"),
        pytest.param("G4821", "G4821", id="with a letter"),
        pytest.param("SAH:295 4821", "SAH:295 PIN:****", id="behind a SAH"),
        pytest.param("SAH:295,293. 4821 🙏", "SAH:295,293. PIN:**** 🙏", id="behind two, in two sentences"),
        pytest.param("TSAH:5 (4821) PIN", "TSAH:5 (PIN:****", id="in brackets, its key behind it"),
        pytest.param("SAH:295 4821 dari Nokia", "SAH:295 PIN:**** dari Nokia", id="before a signature"),
        pytest.param("SAH:295,293, 4821", "SAH:295,293, PIN:****", id="behind a comma"),
        pytest.param("SAH:295,4821", "SAH:295,4821", id="in a list"),
        pytest.param("4821 TPS012 SAH:295", "PIN:**** TPS012 SAH:295", id="in front of a report"),
        pytest.param("4821 TERIMA K1", "PIN:**** TERIMA K1", id="in front of a decision"),
        pytest.param("SAH:295 sandi 4821", "SAH:295 sandi PIN:****", id="by another word"),
        pytest.param("GANTI TPS012 Sandi 0849-9900-0111", "GANTI TPS012 Sandi 0849-9900-0111", id="a name"),
        pytest.param("SAH:295 4821 W:140", "SAH:295 4821 W:140", id="before another field"),
        pytest.param("TERIMA K1 4821", "TERIMA K1 PIN:****", id="behind a case"),
        pytest.param("BATAL TPS012 4821", "BATAL TPS012 PIN:****", id="behind what is voided"),
        pytest.param(
            "BATAL TPS 3 13 Ilir 4821", "BATAL TPS 3 13 Ilir PIN:****", id="behind a village with a number"
        ),
        pytest.param(
            "CEK TPS 3 KM 7 4821", "CEK TPS 3 KM 7 PIN:****", id="behind a village that ends in one"
        ),
        pytest.param("HADIR TPS 3 SP 5 4821", "HADIR TPS 3 SP 5 PIN:****", id="behind HADIR with such a one"),
        pytest.param(
            "GANTI TPS 3 SP 5 Siti 081234567890 4821",
            "GANTI TPS 3 SP 5 Siti 081234567890 PIN:****",
            id="behind a phone, its station in such a one",
        ),
        pytest.param("void tps 12 G 4821", "void tps 12 G PIN:****", id="behind its contest"),
        pytest.param("BATAL TPS 1234", "BATAL TPS 1234", id="a station's code"),
        pytest.param("BATAL TPS012 TPS 0013", "BATAL TPS012 TPS 0013", id="a second station's"),
        pytest.param(
            "GANTI TPS012 0849 9900 0111 Siti 4821",
            "GANTI TPS012 0849 9900 0111 Siti PIN:****",
            id="behind a substitute's name",
        ),
        pytest.param(
            "GANTI TPS012 0849 9900 0111 4821", "GANTI TPS012 0849 9900 0111 PIN:****", id="behind a phone"
        ),
        pytest.param(
            "replace tps 12 Siti +62849-9900-0111, 48210",
            "replace tps 12 Siti +62849-9900-0111, PIN:****",
            id="behind a phone, after the name",
        ),
        pytest.param(
            "GANTI TPS012 +62 849 9900 0111", "GANTI TPS012 +62 849 9900 0111", id="a phone without a name"
        ),
        pytest.param(
            "GANTI TPS012 +62 84999000 1112", "GANTI TPS012 +62 84999000 1112", id="a phone in three parts"
        ),
        pytest.param("HADIR 4821", "HADIR PIN:****", id="behind what needs none"),
        pytest.param("belum 2 4821", "belum 2 PIN:****", id="behind a page"),
        pytest.param("CEK TPS012 4821", "CEK TPS012 PIN:****", id="behind what is asked for"),
        pytest.param("STATUS TPS 0007 4821", "STATUS TPS 0007 PIN:****", id="behind a code of four digits"),
        pytest.param("HADIR TPS823220 4821", "HADIR TPS823220 PIN:****", id="behind a code of six digits"),
        pytest.param("CEK 4821", "CEK 4821", id="a station asked for"),
        pytest.param("hadir tps 4821", "hadir tps 4821", id="a station come to"),
        pytest.param("LAPOR SAH:295 4821 suara", "LAPOR SAH:295 4821 suara", id="what is counted"),
        pytest.param(
            "GANTI TPS012 Siti 0849 9900 0111", "GANTI TPS012 Siti 0849 9900 0111", id="a phone's end"
        ),
        pytest.param("YA, 4821", "YA, PIN:****", id="behind a yes"),
        pytest.param("SAH:295,4821", "SAH:295,4821", id="of a list"),
        pytest.param("SAH 1234", "SAH 1234", id="a SAH"),
        pytest.param("hubungi 0812 3456 7890", "hubungi 0812 3456 7890", id="a phone's"),
    ],
)
def test_digits_alone_are_a_pin_where_one_is_asked_for(text: str, stored: str) -> None:
    assert redact(text, asked_for=True) == stored
    assert redact(stored, asked_for=True) == stored
    assert redact(text) == text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("TPS012 G:120,98,77 SAH:295 PIN:4821", id="right length"),
        pytest.param("PIN:12 TPS012 G:120,98,77 SAH:295", id="too short"),
        pytest.param("TPS012 G:120,98,77 SAH:295 PIN 48 21 @ hujan", id="in two parts"),
        pytest.param("TPS012 G:120,98,77 SAH:295PIN4821", id="nothing before it"),
    ],
)
def test_a_stored_text_is_read_as_before_but_for_the_pin(text: str) -> None:
    parsed = parse(text, TWO)

    assert isinstance(parsed, Report)
    assert parse(redact(text), TWO) == replace(parsed, pin=None)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("TPS012 G:120,98,77 SAH:295 PIN:4821 PIN:4822", id="two that differ"),
        pytest.param("TPS012 G:120,98,77 SAH:295 PIM:4821", id="a mistyped key"),
    ],
)
def test_what_was_refused_for_its_pin_is_refused_again_when_an_audit_reads_it(text: str) -> None:
    first, again = parse(text, TWO), parse(redact(text), TWO)

    assert isinstance(first, Unclear)
    assert isinstance(again, Unclear)
    assert [(each.field, each.why) for each in again.faults] == [
        (each.field, each.why) for each in first.faults
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("TPS012 G:120,-98,77 PIN:4821", id="beside another fault"),
        pytest.param("PIN:4821", id="alone"),
        pytest.param("PIN:4821 halo apa", id="beside words"),
        pytest.param("TERIMA PIN:4821", id="in a command"),
        pytest.param("TPS012 G:120,98,77 SAH:295 PIM:4821", id="under a mistyped key"),
        pytest.param("x" * 1600 + " PIN:4821", id="in a text that is too long"),
    ],
)
def test_the_pin_of_a_text_that_is_not_understood_is_told(text: str) -> None:
    parsed = parse(text, TWO)

    assert isinstance(parsed, Unclear)
    assert parsed.pin == "4821"
    assert all("4821" not in fault.text for fault in parsed.faults)
