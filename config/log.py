"""Logs: lines for a terminal, JSON for anything else, and no phone number, PIN or secret in either.

SPEC section 4: numbers are masked, PINs are stripped; section 7: a secret is never printed. It is done
here, for every line, so that no caller can forget it; what libraries log goes the same way.
"""

import logging
import math
import os
import re
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from config.phones import masked

SELDOM_SECONDS = 60.0
_HIDDEN = "****"

# A PIN of four to eight digits as a sender types it, with letters for digits too.
_PIN = re.compile(r"(?<![A-Za-z])(PIN[^A-Za-z0-9]{0,4})(?=[OIL]*\d)[\dOIL]+", re.IGNORECASE)

# In an address, as a library logs it, or in an address within one (``secret%3D…%26``): Kannel's are there.
_SECRET = re.compile(r"(?<=password=)[^&\s]+|(?<=secret=)[^&\s]+|(?<=secret%3D)(?:(?!%26)[^&\s])+")

# What holds long runs of digits but is no number of anyone: message ids, hashes, UUIDs.
_KEPT = r"\b(?:[A-Z]{2})?[0-9a-f]{32,64}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
# Eight digits or more in a row; after a plus or a zero also with blanks, dots and dashes between
# them: a date (2024-11-27) begins with neither, and seconds (13:00:00.123456) are passed over.
_NUMBER = r"(?:\+|(?<!\d)(?<!\d:)0)(?:[ .()-]{0,2}\d){7,}|\d{8,}"
_KEPT_OR_NUMBER = re.compile(f"({_KEPT})|{_NUMBER}")


class Seldom:
    """Tells whether to say something that may come again at once: once a minute, lest it fill the log."""

    def __init__(self) -> None:
        self._said = -math.inf

    def __call__(self) -> bool:
        """Whether to say it now."""
        now = time.monotonic()
        if now - self._said < SELDOM_SECONDS:
            return False
        self._said = now
        return True


def masked_text(text: str) -> str:
    """Give the text with phone numbers masked (``+62***890``), PINs and secrets gone (``PIN:****``)."""
    return _KEPT_OR_NUMBER.sub(_masked_match, _PIN.sub(rf"\g<1>{_HIDDEN}", _SECRET.sub(_HIDDEN, text)))


def _masked_match(match: re.Match[str]) -> str:
    return match[1] or masked(match[0])


def mask_private(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Mask every value of a log line, nested ones too (a structlog processor)."""
    return {key: _masked_field(key, value) for key, value in event.items()}


def _masked_field(key: object, value: object) -> Any:
    if isinstance(key, str) and key.lower() == "pin" and value is not None:
        return _HIDDEN
    return _masked_value(value)


def _masked_value(value: object) -> Any:
    match value:
        case str():
            return masked_text(value)
        case None | bool() | int() | float():
            return value
        case Mapping():
            return {_masked_value(key): _masked_field(key, each) for key, each in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_masked_value(each) for each in value]
        case _:  # a dataclass, an exception: rendered as its repr, so masked as that
            return masked_text(repr(value))


def configure_logging(debug: bool) -> None:
    """Send what Pantau and its libraries log to standard error, from INFO on or, with ``debug``, all.

    May be called again: the last call counts.
    """
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.format_exc_info,  # a traceback becomes text, so that it is masked too
    ]
    after: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        mask_private,
        # On the machine's clock, and how far that is from UTC: the board and every text go by the election's.
        structlog.processors.TimeStamper(fmt="%Y-%m-%dT%H:%M:%S.%f%z", utc=False),
        _renderer(),
    ]
    level = logging.DEBUG if debug else logging.INFO
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,  # loggers are made at import, before this is called
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=after, foreign_pre_chain=before))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    # They tell of every run of every job, and of every look at the schema.
    logging.getLogger("apscheduler").setLevel(logging.DEBUG if debug else logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.DEBUG if debug else logging.WARNING)


def wait_for_no_reader() -> None:
    """Lose the lines that a pipe, the journal or a terminal does not take (Ctrl-S, a connection that is
    gone): who logs would wait for its reader otherwise, and every text with it."""
    if sys.stderr is None:
        return
    number = sys.stderr.fileno()
    if sys.stderr.isatty():
        with suppress(OSError):  # a terminal that has no name here
            own = os.open(os.ttyname(number), os.O_WRONLY | os.O_NOCTTY)  # the shell's waits as it did
            os.dup2(own, number)
            os.close(own)
            os.set_blocking(number, False)
    else:
        os.set_blocking(number, False)


def _renderer() -> Processor:
    if sys.stderr.isatty():
        # The traceback is text by now; the pretty one would print local variables, numbers and all.
        return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    return structlog.processors.JSONRenderer(ensure_ascii=False)
