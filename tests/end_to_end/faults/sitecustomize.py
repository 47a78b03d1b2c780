"""Faults of one process at a chosen instant: Python runs this file at its start, where it is found.

``DIE_AT=answer`` kills the process with -9 at one of ``INSTANTS``; ``CLOCK=90`` sets its clock so many
seconds ahead. Only what the libraries do is stopped: our own code runs as it is.
"""

import os
import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import time_machine


def die() -> None:
    """End as a power cut does: nothing is flushed, nobody is told."""
    os.kill(os.getpid(), signal.SIGKILL)


def in_a_request() -> bool:
    return threading.current_thread().name.startswith("waitress")


def at_commit() -> None:
    """A text is judged and not committed."""
    from sqlalchemy.engine import Connection

    before(Connection, "commit", in_a_request)


def at_answer() -> None:
    """A text is committed and not answered."""
    from waitress.task import WSGITask

    before(WSGITask, "build_response_header", lambda task: task.request.path.endswith("/sms"))


def at_sending() -> None:
    """A text out is claimed and the carrier has not had it."""
    from requests import Session

    before(Session, "send", lambda _, request: request.method == "POST")


def at_sent() -> None:
    """The carrier has a text out and its row does not say so yet."""
    from requests import Session

    send = Session.send

    def sent(session: Session, request: Any, **given: Any) -> Any:
        response = send(session, request, **given)
        if request.method == "POST":
            die()
        return response

    Session.send = sent  # type: ignore[assignment,method-assign]


def before(owner: type, name: str, now: Callable[..., bool]) -> None:
    """Die when a method is called, if it is the time."""
    method = getattr(owner, name)

    def called(*args: Any, **given: Any) -> Any:
        if now(*args[: now.__code__.co_argcount]):
            die()
        return method(*args, **given)

    setattr(owner, name, called)


INSTANTS = {"commit": at_commit, "answer": at_answer, "sending": at_sending, "sent": at_sent}

if "DIE_AT" in os.environ:
    INSTANTS[os.environ["DIE_AT"]]()
if "CLOCK" in os.environ:
    ahead = datetime.now().astimezone() + timedelta(seconds=float(os.environ["CLOCK"]))
    time_machine.travel(ahead, tick=True).start()
