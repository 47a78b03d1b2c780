"""Asking a carrier over HTTP: how long it may take, and whether a request that failed was out."""

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPResponse
from io import BufferedReader, RawIOBase
from socket import socket
from typing import Any

from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter
from requests.exceptions import RequestException
from urllib3 import HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from notify.carrier import SendFailed

# Seconds to connect, to each address that a name has, and for the whole answer: less than the outbox's lease
# where those are not more than five.
TIMEOUT = (5, 15)
# Between a carrier's clock and ours. Of a text that is looked for, too much may be listed, for what other
# rows of ours are is known; too little would send it twice.
CLOCKS = timedelta(minutes=5)
EARLIEST = datetime(2020, 1, 1, tzinfo=UTC)
# Statuses of our password, our account or our pace, which someone may mend meanwhile: not of a text's fault.
TRY_AGAIN = (401, 403, 404, 408, 429)
# What a carrier's library raises over an answer that is no JSON, or JSON of another form.
SPOILT = (ValueError, KeyError, AttributeError, TypeError, OverflowError, RecursionError)


def possible(at: datetime) -> datetime | None:
    """Give a carrier's time of a text; None where no text can be from then, as of a phone whose clock was
    lost: arrival counts."""
    return at if EARLIEST <= at <= datetime.now(UTC) + CLOCKS else None


class Asking(Session):
    """A session with a carrier. A redirect is an answer: what is behind it is not whom we asked."""

    def __init__(self) -> None:
        super().__init__()
        for scheme in ("http://", "https://"):
            self.mount(scheme, _Adapter())

    def send(self, request: PreparedRequest, **kwargs: Any) -> Response:
        """Send one request."""
        _asked.out = False
        return super().send(request, **{**kwargs, "timeout": TIMEOUT, "allow_redirects": False})


class Nearby(Asking):
    """A session with what stands in the same network: no proxy between."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False


def lost(error: RequestException) -> SendFailed:
    """Give what it means for a text that this thread's last request failed: whether the carrier may
    have taken it depends on whether anything of the request was out, not on what went wrong."""
    return SendFailed(type(error).__name__, retry=True, unsure=_asked.out)


class _Asked(threading.local):
    """Whether anything of this thread's last request was sent, and until when all of it has to be."""

    out, until = False, math.inf


_asked = _Asked()


@contextmanager
def to_be_out_by(until: float) -> Iterator[None]:
    """Let nothing of this thread's requests be sent after a moment by ``time.monotonic``."""
    _asked.until = until
    try:
        yield
    finally:
        _asked.until = math.inf


class _WholeAnswer(RawIOBase):
    """An answer's bytes, as long as it is in time: a socket's own timeout begins anew with each byte."""

    def __init__(self, connection: socket, answer: RawIOBase) -> None:
        self._connection, self._answer = connection, answer
        self._until = time.monotonic() + TIMEOUT[1]

    def readable(self) -> bool:
        """Tell the buffer before it that it may."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read what has come. TimeoutError where it is too late."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer was not whole in time")
        self._connection.settimeout(left)
        read: int | None = self._answer.readinto(buffer)
        return read

    def close(self) -> None:
        """Let go of the connection."""
        self._answer.close()
        super().close()


class _Answer(HTTPResponse):
    def __init__(self, sock: socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = BufferedReader(_WholeAnswer(sock, self.fp.detach()))


class _Http(HTTPConnection):
    response_class = _Answer

    def connect(self) -> None:
        """Connect; what that took, such as asking a proxy, is nothing of the request."""
        try:
            super().connect()
        finally:
            _asked.out = False

    def send(self, data: Any) -> None:
        """Send a part of the request. TimeoutError where it is too late: half of one is taken by nobody."""
        if self.sock is None:
            self.connect()
        if time.monotonic() > _asked.until:
            raise TimeoutError("it could not be sent in time")
        _asked.out = True
        super().send(data)


class _Https(_Http, HTTPSConnection):
    pass


class _Adapter(HTTPAdapter):
    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        """Give connections that are ours."""
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        pool.ConnectionCls = _Https if isinstance(pool, HTTPSConnectionPool) else _Http
        return pool
