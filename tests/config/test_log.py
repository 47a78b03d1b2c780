"""Logs hold no phone number and no PIN."""

import io
import json
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
import structlog

from config.log import configure_logging, mask_private, masked_text, wait_for_no_reader


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("from +6281234567890 in", "from +62***890 in", id="E.164"),
        pytest.param("from 081234567890", "from ***890", id="national"),
        pytest.param("6281234567890", "***890", id="without a plus"),
        pytest.param("0812-3456-7890", "***890", id="dashes"),
        pytest.param("+62 812 3456 7890.", "+62***890.", id="blanks"),
        pytest.param("(0812) 3456 7890", "(***890", id="brackets"),
        pytest.param("hp081234567890", "hp***890", id="right after letters"),
        pytest.param("whatsapp:+6281234567890", "whatsapp:+62***890", id="after a colon"),
        pytest.param("a 12345678 b", "a ***678 b", id="eight digits"),
        pytest.param("case 1234567", "case 1234567", id="seven digits"),
        pytest.param("TPS012 G:120,98,77 SAH:295", "TPS012 G:120,98,77 SAH:295", id="a report"),
        pytest.param("2024-11-27T13:00:00.123456+07:00", "2024-11-27T13:00:00.123456+07:00", id="a time"),
        pytest.param(
            "SM0123456789abcdef0123456789abcdef", "SM0123456789abcdef0123456789abcdef", id="a message id"
        ),
        pytest.param(
            "9b2f0c1e-1234-4321-8765-012345678901", "9b2f0c1e-1234-4321-8765-012345678901", id="a UUID"
        ),
        pytest.param("TPS012 PIN:4821 G:1", "TPS012 PIN:**** G:1", id="PIN"),
        pytest.param("pin 4821", "pin ****", id="PIN in small letters"),
        pytest.param("SAH:295PIN4821", "SAH:295PIN****", id="PIN without blanks"),
        pytest.param("Pin#O48l2", "Pin#****", id="PIN with letters for digits"),
        pytest.param("Report(pin='12345678')", "Report(pin='****')", id="PIN in a repr"),
        pytest.param("GET /s?user=u&password=a%26b&to=x", "GET /s?user=u&password=****&to=x", id="password"),
        pytest.param("url: /sms?secret=s3cret (", "url: /sms?secret=**** (", id="secret at the end"),
        pytest.param(
            "url=a%3Fsecret%3Ds3%2526x%26id%3Dy", "url=a%3Fsecret%3D****%26id%3Dy", id="secret within"
        ),
        pytest.param("pinjam 4821", "pinjam 4821", id="a word that begins like it"),
        pytest.param("pin belum ada", "pin belum ada", id="no digits"),
    ],
)
def test_numbers_are_masked_and_pins_and_secrets_are_gone(text: str, shown: str) -> None:
    assert masked_text(text) == shown


@dataclass
class Sent:
    to: str


def test_nested_values_and_objects_are_masked_too() -> None:
    event = {
        "event": "sent to 081234567890",
        "pin": "4821",
        "to": ("+6281234567890", {"+6281234567890": ["081234567890"], "PIN": 4821}),
        "text": Sent("+6281234567890"),
        "error": ValueError("081234567890"),
        "count": 12345678,
        "none": None,
    }

    assert mask_private(None, "info", event) == {
        "event": "sent to ***890",
        "pin": "****",
        "to": ["+62***890", {"+62***890": ["***890"], "PIN": "****"}],
        "text": "Sent(to='+62***890')",
        "error": "ValueError('***890')",
        "count": 12345678,
        "none": None,
    }


@pytest.fixture
def restored_logging() -> Iterator[None]:
    """Leave logging to the other tests as it was."""
    root, scheduler = logging.getLogger(), logging.getLogger("apscheduler")
    before = root.handlers[:], root.level, scheduler.level
    yield
    root.handlers[:], level, scheduler_level = before
    root.setLevel(level)
    scheduler.setLevel(scheduler_level)
    structlog.reset_defaults()


class Terminal(io.StringIO):
    """A standard error that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def say_much() -> None:
    for _ in range(200):
        logging.getLogger("gateway").info("x" * 1000)


def fail() -> None:
    raise ValueError("no reply from +6281234567890")


@pytest.mark.usefixtures("restored_logging")
def test_beyond_a_terminal_every_line_is_json_without_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    configure_logging(debug=False)

    structlog.get_logger("gateway.inbox").info("in", sender="+6281234567890", body="PIN:4821")
    logging.getLogger("waitress").warning("lost %s", "081234567890")
    structlog.get_logger().debug("not shown")
    logging.getLogger("apscheduler.executors").info("not shown")
    try:
        fail()
    except ValueError:
        structlog.get_logger("notify").exception("failed")

    ours, theirs, failure = [json.loads(line) for line in written.getvalue().splitlines()]
    assert (ours["event"], ours["sender"], ours["body"]) == ("in", "+62***890", "PIN:****")
    assert (ours["level"], ours["logger"]) == ("info", "gateway.inbox")
    assert datetime.fromisoformat(ours["timestamp"]).utcoffset() is not None
    assert (theirs["event"], theirs["logger"]) == ("lost ***890", "waitress")
    assert "ValueError: no reply from +62***890" in failure["exception"]
    assert "6281234567890" not in written.getvalue()


@pytest.mark.parametrize("opened", [os.pipe, os.openpty])
@pytest.mark.usefixtures("restored_logging")
def test_a_reader_that_stands_still_holds_up_nobody(
    monkeypatch: pytest.MonkeyPatch, opened: Callable[[], tuple[int, int]]
) -> None:
    reader, writer = opened()
    shells = os.dup(writer)
    with open(writer, "w", encoding="utf-8") as written, open(reader, "rb", buffering=0) as unread:
        monkeypatch.setattr(sys, "stderr", written)
        configure_logging(debug=False)
        wait_for_no_reader()
        said = threading.Thread(target=say_much, daemon=True)

        said.start()
        said.join(30)

        assert not said.is_alive()
        assert os.get_blocking(shells) == os.isatty(shells)
        os.close(shells)
        os.set_blocking(reader, False)
        while unread.read(1 << 20):
            pass
        written.flush()


@pytest.mark.usefixtures("restored_logging")
def test_on_a_terminal_lines_are_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    written = Terminal()
    monkeypatch.setattr(sys, "stderr", written)
    configure_logging(debug=True)

    structlog.get_logger("gateway").debug("in", sender="+6281234567890")
    try:
        fail()
    except ValueError:
        logging.getLogger("waitress").exception("failed")

    assert "+62***890" in written.getvalue()
    assert "ValueError: no reply from +62***890" in written.getvalue()
    assert "6281234567890" not in written.getvalue()
    assert not written.getvalue().startswith("{")
