"""TwiML is written by hand, and is what twilio's own library writes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.twiml.messaging_response import MessagingResponse

from gateway.carriers.twiml import twiml
from gateway.service import Answer

STATUS = "https://pantau.example/twilio/status"


def twilios(reply, callback=None):
    response = MessagingResponse()
    if reply is not None:
        response.message(reply, status_callback=callback)
    return str(response)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.integers(1, 10**9))
def test_it_is_what_twilios_library_writes(reply, row):
    answer = Answer(1, "accepted", reply, row)

    assert twiml(answer).get_data(as_text=True) == twilios(reply)
    assert twiml(answer, STATUS).get_data(as_text=True) == twilios(reply, f"{STATUS}?row={row}")


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("https://pantau.example/a&b/status", id="an ampersand"),
        pytest.param("https://pantau.example/\"<>'/status", id="quotes and brackets"),
    ],
)
def test_an_address_is_written_as_an_attribute(address):
    answer = Answer(1, "accepted", "DITERIMA", 7)

    assert twiml(answer, address).get_data(as_text=True) == twilios("DITERIMA", f"{address}?row=7")


def test_no_reply_is_an_empty_response():
    response = twiml(Answer(1, "ignored"), STATUS)

    assert response.get_data(as_text=True) == twilios(None)
    assert response.mimetype == "application/xml"


def test_a_delivery_report_is_answered_with_nothing():
    assert (twiml(None).status_code, twiml(None).get_data()) == (204, b"")
