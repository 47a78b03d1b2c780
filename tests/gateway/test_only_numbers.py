"""``[sending] only``: in a rehearsal nothing leaves to any other number, by whatever way."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from config.election import Sending
from config.settings import read_settings
from gateway import inbox
from gateway.app import create_app
from gateway.carriers.sandbox import Sandbox
from gateway.health import Readiness
from notify.carrier import InboundText
from tests.city import MONITOR, NEIGHBOUR, REPORT
from tests.elections import REFERENCE

NO_SETTINGS = read_settings({}, Path("nowhere"), known_carriers=["sandbox"])
REHEARSAL = replace(REFERENCE, sending=Sending(only=(MONITOR,)))
OTHERS = "TPS013 G:1,2,3 SAH:6 W:1,1 SAH:2"


@pytest.fixture
def city(city_with):
    return city_with(REHEARSAL)


def replies(city):
    query = "SELECT recipient, status, error_code FROM messages WHERE kind = 'reply' ORDER BY id"
    return [tuple(row) for row in city.read(lambda db: db.execute(text(query)).all())]


def test_a_reply_in_an_answer_leaves_to_the_numbers_named_and_to_no_other(city):
    service = replace(city.service, carriers={"sandbox": Sandbox(NO_SETTINGS)})
    client = create_app(service, Readiness(service.store)).test_client()
    form = {"From": NEIGHBOUR, "Body": OTHERS, "MessageSid": "SM1"}

    answers = [client.post("/sandbox/sms", data=form).text for _ in range(2)]
    own = client.post("/sandbox/sms", data={"From": MONITOR, "Body": REPORT}).text

    assert ["<Message" in each for each in (*answers, own)] == [False, False, True]
    assert replies(city) == [(NEIGHBOUR, "failed", "not_in_only"), (MONITOR, "sent", None)]
    assert city.votes() == (121, 100, 80)


def test_what_the_operator_takes_in_is_answered_to_them_whoever_sent_it(city):
    found = InboundText(inbox.OPERATOR, "1", NEIGHBOUR, OTHERS)

    answer = inbox.receive(city.service, found)

    assert (answer.reply or "").startswith("DITERIMA TPS013.")
