"""Asking a carrier over HTTP: how long it may take, and whether a request that failed was out."""

from datetime import UTC, datetime, timedelta
from typing import Any

from requests import Response, Session
from requests.exceptions import ConnectTimeout, RequestException
from urllib3.exceptions import HTTPError, MaxRetryError, NewConnectionError

# Seconds to connect, to each address that a name has, and to answer: less than the outbox's lease where
# those are not more than five.
TIMEOUT = (5, 15)
# Between a carrier's clock and ours. Of a text that is looked for, too much may be listed, for what other
# rows of ours are is known; too little would send it twice.
CLOCKS = timedelta(minutes=5)
EARLIEST = datetime(2020, 1, 1, tzinfo=UTC)


def possible(at: datetime) -> datetime | None:
    """Give a carrier's time of a text; None where no text can be from then, as of a phone whose clock was
    lost: arrival counts."""
    return at if EARLIEST <= at <= datetime.now(UTC) + CLOCKS else None


class Nearby(Session):
    """A session with what stands in the same network: no proxy between, and no answer waited for
    longer than that."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False

    def request(self, *args: Any, **kwargs: Any) -> Response:
        """Send one request."""
        return super().request(*args, **{"timeout": TIMEOUT, **kwargs})


def was_never_out(error: RequestException) -> bool:
    """Whether the connection failed before anything could be sent."""
    if isinstance(error, ConnectTimeout):
        return True
    cause: object = error.args[0] if error.args else None
    if isinstance(cause, MaxRetryError):
        cause = cause.reason
    return isinstance(cause, HTTPError) and isinstance(cause, NewConnectionError)
