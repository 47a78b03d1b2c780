"""Asking a carrier over HTTP: how long it may take, and whether a request that failed was out."""

from typing import Any

from requests import Response, Session
from requests.exceptions import ConnectTimeout, RequestException
from urllib3.exceptions import HTTPError, MaxRetryError, NewConnectionError

# Seconds to connect, and as many to answer: both together less than the outbox's lease.
TIMEOUT = 15


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
