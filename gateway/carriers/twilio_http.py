"""The connection to Twilio: another base address where one is set; the answer's status and Retry-After."""

import logging
import threading
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response

from gateway.carriers.connection import Asking

_asked = threading.local()  # the last answer in this thread: the library's errors have no headers

# The library logs each request with its parameters, which hold phone numbers.
_silent = logging.getLogger(f"{__name__}.requests")
_silent.setLevel(logging.WARNING)


class TwilioHttp(TwilioHttpClient):  # type: ignore[misc]  # the library is not typed
    """The library's client, to another base address where there is one."""

    def __init__(self, base: str | None) -> None:
        super().__init__(logger=_silent)
        self.session = Asking()
        self._base = base

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        """Send one request; keep its status, and how long Twilio asks us to wait."""
        _asked.after, _asked.status = None, 0
        if self._base is not None:
            address = urlsplit(url)
            url = f"{self._base}{address.path}{'?' if address.query else ''}{address.query}"
        response = super().request(method, url, *args, **kwargs)
        _asked.after, _asked.status = (response.headers or {}).get("Retry-After"), response.status_code
        return response


def answered() -> int:
    """Give the status of this thread's last answer: the library gives what the body says of it."""
    status: int = _asked.status
    return status


def retry_after() -> timedelta | None:
    """Give how long this thread's last answer asked to wait, None where it asked nothing.

    It is in seconds, or the date until which to wait, as proxies write it.
    """
    asked: str = (getattr(_asked, "after", None) or "").strip()
    if asked.isdecimal() and len(asked) <= 6:
        return timedelta(seconds=int(asked))
    try:
        until = parsedate_to_datetime(asked)
    except (ValueError, OverflowError):
        return None
    return max(until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC), timedelta())
