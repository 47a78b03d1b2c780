"""Phone numbers as they come from people, spreadsheets and carriers."""

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.phones import e164, is_automated, is_country, is_foreign, is_sample, masked


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("+6281234567890", id="E.164"),
        pytest.param("081234567890", id="national"),
        pytest.param("81234567890", id="a spreadsheet dropped the zero"),
        pytest.param("6281234567890", id="a spreadsheet dropped the plus"),
        pytest.param("81234567890.0", id="a spreadsheet made it a float"),
        pytest.param("'081234567890", id="a spreadsheet's text mark"),
        pytest.param("+62 812-3456-7890", id="blanks and dashes"),
        pytest.param("+62\u00a0812\u20113456\u20117890", id="no-break blanks and dashes"),
        pytest.param("\u202a+6281234567890\u202c", id="direction marks of a copied contact"),
        pytest.param("(0812) 3456.7890", id="brackets and dots"),
        pytest.param("+62 0812 3456 7890", id="the zero kept after the country code"),
        pytest.param("006281234567890", id="dialled from abroad"),
        pytest.param(" 6281234567890", id="a plus that a form decoded to a blank"),
        pytest.param(" 081234567890", id="a blank before a national number"),
        pytest.param("\t081234567890 ", id="other white space around it"),
        pytest.param("٠٨١٢٣٤٥٦٧٨٩٠", id="Arabic-Indic digits"),
        pytest.param("\uff0b６２８１２３４５６７８９０", id="full width"),
        pytest.param("６２８１２３４５６７８９０", id="full width, without the plus"),
        pytest.param("６２ 812３４５６７８９０", id="partly full width"),
    ],
)
def test_every_way_to_write_a_number_gives_the_same_number(text: str) -> None:
    assert e164(text, "ID") == "+6281234567890"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(" ", id="a blank"),
        pytest.param("+", id="a plus alone"),
        pytest.param("GOJEK", id="a name"),
        pytest.param("0800-FLOWERS", id="letters for digits"),
        pytest.param("0812O345678", id="an O for a zero"),
        pytest.param("8.1234567890E+10", id="a spreadsheet's power of ten"),
        pytest.param("12345", id="a short code"),
        pytest.param("+62812", id="too short"),
        pytest.param("0812345", id="too short, with its zero"),
        pytest.param("+99912345678", id="no such country"),
        pytest.param("0812 3456 7890 / 0813 4567 8901", id="two numbers"),
        pytest.param("0812+3456789", id="a plus inside"),
        pytest.param("0" * 5000, id="very long"),
    ],
)
def test_what_cannot_be_a_number_is_none(text: str) -> None:
    assert e164(text, "ID") is None


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        pytest.param("62812345678", "ID", "+62812345678", id="short mobile without its plus"),
        pytest.param("628410000012", "ID", "+628410000012", id="unassigned range without its plus"),
        pytest.param("8410000012", "ID", "+628410000012", id="unassigned range without its zero"),
        pytest.param("021 7654321", "ID", "+62217654321", id="landline"),
        pytest.param("+1 202 555 0123", "ID", "+12025550123", id="foreign"),
        pytest.param(" 12025550123", "ID", "+12025550123", id="foreign, its plus decoded to a blank"),
        pytest.param("9123456789", "IN", "+919123456789", id="begins like the country code but is national"),
        pytest.param("919123456789", "IN", "+919123456789", id="with the country code"),
        pytest.param("06 1234 5678", "IT", "+390612345678", id="a country whose zero belongs to the number"),
        pytest.param("2025550123", "US", "+12025550123", id="a country without a trunk prefix"),
    ],
)
def test_a_number_is_read_by_the_country(text: str, country: str, number: str) -> None:
    assert e164(text, country) == number


@settings(max_examples=1_000, deadline=None)
@given(
    st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)),
    st.text("0123456789", min_size=3, max_size=17),
)
def test_a_number_with_its_country_code_is_what_the_library_makes_of_it(country: str, digits: str) -> None:
    text = f"+{phonenumbers.country_code_for_region(country)}{digits}"
    read = phonenumbers.parse(text)
    why = phonenumbers.is_possible_number_with_reason(read)
    possible = why == phonenumbers.ValidationResult.IS_POSSIBLE
    whole = phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164)

    assert e164(text, country) == (whole if possible else None)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        pytest.param("+6281234567890", "+62***890", id="Indonesian"),
        pytest.param("+12025550123", "+1***123", id="American"),
        pytest.param("081234567890", "***890", id="national"),
        pytest.param("+99912345678", "***678", id="no such country"),
        pytest.param("12345", "12345", id="short code"),
        pytest.param("GOJEK", "GOJEK", id="name"),
    ],
)
def test_a_masked_number_keeps_country_and_last_three_digits(number: str, shown: str) -> None:
    assert masked(number) == shown


@pytest.mark.parametrize(
    ("sender", "automated"),
    [
        pytest.param("GOJEK", True, id="name"),
        pytest.param("3Care", True, id="name with a digit"),
        pytest.param("Bank12345678", True, id="name with many digits"),
        pytest.param("123456", True, id="longest short code"),
        pytest.param("", True, id="nothing"),
        pytest.param("1234567", False, id="shortest number"),
        pytest.param("+6281234567890", False, id="phone"),
    ],
)
def test_names_and_short_codes_are_automated(sender: str, automated: bool) -> None:
    assert is_automated(sender) is automated


def test_only_the_range_that_does_not_exist_is_sample() -> None:
    assert is_sample("+628410000012")
    assert not is_sample("+6281234567890")
    assert not is_sample("+84912345678")


def test_a_number_of_another_calling_code_is_foreign() -> None:
    assert is_foreign("+12025550123", "ID")
    assert not is_foreign("+628410000012", "ID")
    assert is_foreign("+60123456789", "ID")


def test_only_countries_that_phonenumbers_knows_are_countries() -> None:
    assert is_country("ID")
    assert not is_country("XX")
    assert not is_country("id")
