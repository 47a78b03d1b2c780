"""The documentation is true: its conversations are held, its commands exist."""

import re
from pathlib import Path

import pytest

from config.reserved import COMMAND_WORDS
from config.settings import documented
from gateway.carriers import CARRIERS
from tests.city import COORDINATOR, MAYOR, MONITOR

DOCS = Path(__file__).parent.parent / "docs"
CARRIERS_GUIDE = (DOCS / "carriers.md").read_text()
LANGUAGE = (DOCS / "language.md").read_text()
PHONES = {"monitor": MONITOR, "coordinator": COORDINATOR, "official": MAYOR}
CONVERSATIONS = re.findall(r"```sms\n(.*?)```", LANGUAGE, re.DOTALL)


def held(city, conversation):
    """Hold a conversation anew, and give it as the document should print it."""
    lines = []
    for line in conversation.splitlines():
        who, _, body = line.partition("> ")
        if who in PHONES:
            _, _, reply = city.said(PHONES[who], body)
            lines += [line, f"Pantau> {reply}"]
    return lines


@pytest.mark.parametrize(
    "conversation",
    CONVERSATIONS,
    ids=[f"conversation {number}" for number in range(1, len(CONVERSATIONS) + 1)],
)
def test_a_conversation_of_the_language_guide_goes_as_printed(city, conversation):
    assert held(city, conversation) == conversation.splitlines()


@pytest.mark.parametrize("word", sorted({word for words in COMMAND_WORDS.values() for word in words}))
def test_the_language_guide_teaches_every_command_word(word):
    assert re.search(rf"\b{word}\b", LANGUAGE)


@pytest.mark.parametrize("carrier", [name for name in CARRIERS if name != "sandbox"])
def test_the_carriers_guide_says_how_to_set_up_every_carrier(carrier):
    needed = {
        each.name for each in documented() if each.carrier == carrier and each.name != "PANTAU_PUBLIC_URL"
    }

    assert f"| `{carrier}` |" in CARRIERS_GUIDE
    assert {name for name in needed if name not in CARRIERS_GUIDE} == set()


def test_the_carriers_guide_names_no_setting_that_there_is_not():
    named = set(re.findall(r"\b(?:PANTAU|TWILIO|GAMMU|SMSGATE|KANNEL)_[A-Z_]+\b", CARRIERS_GUIDE))

    assert named - {each.name for each in documented()} == set()
