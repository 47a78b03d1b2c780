"""The documentation is true: its conversations are held, its commands exist."""

import re
from pathlib import Path

import pytest

from config.reserved import COMMAND_WORDS
from tests.city import COORDINATOR, MAYOR, MONITOR

DOCS = Path(__file__).parent.parent / "docs"
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
