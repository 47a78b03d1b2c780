"""Who may look at the board: the user ``operator`` with the password, by HTTP Basic (SPEC section 9)."""

import hashlib
import hmac
import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from flask import Request, Response
from werkzeug.datastructures import Authorization

from config.language import Lang
from gateway.pages.language import page_language
from gateway.pages.words import say

USER = "operator"
COOKIE = "pantau_board"
FREE_FAILURES = 5  # a password may be mistyped
LONGEST_WAIT = 60.0  # seconds
FORGOTTEN_AFTER = 900.0  # seconds without another failure
MOST_ADDRESSES = 1000


@dataclass(frozen=True, slots=True)
class Failures:
    """How often an address was wrong, when last, and until when it is not asked again."""

    count: int
    at: float
    until: float


class Throttle:
    """Makes guessing slow: after some failures an address has to wait, twice as long each time.

    By process: it guards a password, it holds no result. Bounded: the address that failed
    longest ago is forgotten first.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failed: OrderedDict[str, Failures] = OrderedDict()
        self._lock = threading.Lock()

    def seconds_to_wait(self, address: str) -> float:
        """Give how long an address has to wait, 0 where it may try."""
        with self._lock:
            known = self._failed.get(_network(address))
        return 0.0 if known is None else max(0.0, known.until - self._clock())

    def failed(self, address: str) -> None:
        """Count a wrong password of an address."""
        now, key = self._clock(), _network(address)
        with self._lock:
            known = self._failed.pop(key, None)
            count = known.count + 1 if known and now - known.at < FORGOTTEN_AFTER else 1
            wait = min(LONGEST_WAIT, 2.0 ** (count - FREE_FAILURES)) if count >= FREE_FAILURES else 0.0
            self._failed[key] = Failures(count, now, now + wait)
            while len(self._failed) > MOST_ADDRESSES:
                self._failed.popitem(last=False)

    def succeeded(self, address: str) -> None:
        """Forget an address's failures."""
        with self._lock:
            self._failed.pop(_network(address), None)


def _given(request: Request) -> Authorization | None:
    """Give the credentials of a request; None where there are none that can be read."""
    try:
        return request.authorization
    except ValueError:  # werkzeug's, of what is no ASCII
        return None


class Gate:
    """Lets the operator in. ``password`` is None where everyone may look: in the sandbox.

    Behind a proxy all come from one address, and whoever guesses there would keep the operator
    out. So a browser that was let in carries a cookie that spares it the wait, not the password. It
    is made of the password, slowly, so that every process knows it, on every machine.
    """

    def __init__(self, password: str | None, throttle: Throttle | None = None) -> None:
        self._password = password
        self._throttle = throttle or Throttle()
        self._key = b"" if password is None else _slow_key(password)

    def refusal(self, request: Request) -> Response | None:
        """Give the answer to someone who may not look, None to the operator."""
        if self._password is None:
            return None
        address = request.remote_addr or ""
        known = self._same(request.cookies.get(COOKIE, ""), self._token())
        wait = 0.0 if known else self._throttle.seconds_to_wait(address)
        if wait > 0:
            return _too_often(request, int(wait) + 1)
        given = _given(request)
        if given is None or given.type != "basic":
            return _unauthorized(request)
        user = self._same(given.username or "", USER)
        password = self._same(given.password or "", self._password)
        if user & password:
            self._throttle.succeeded(address)
            return None
        self._throttle.failed(address)
        return _unauthorized(request)

    def remember(self, response: Response, *, secure: bool) -> Response:
        """Give the browser that was let in its cookie."""
        if self._password is not None and response.status_code < 400:
            response.set_cookie(
                COOKIE, self._token(), path="/board", httponly=True, samesite="Strict", secure=secure
            )
        return response

    def _token(self) -> str:
        return hmac.digest(self._key, USER.encode(), "sha256").hex()

    def _same(self, given: str, wanted: str) -> bool:
        """Compare in a time that says nothing of either, not even its length."""
        one, other = (hmac.digest(self._key, _bytes(each), "sha256") for each in (given, wanted))
        return hmac.compare_digest(one, other)


def _bytes(given: str) -> bytes:
    return given.encode("utf-8", "surrogatepass")


def _slow_key(password: str) -> bytes:
    """Give a key that tells nobody the password: a hundred guesses at it take a second."""
    return hashlib.scrypt(_bytes(password), salt=b"Pantau's board", n=1024, r=8, p=1)


def _network(address: str) -> str:
    """Give the address, or the network that a house has of IPv6: it may write from all of it."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 6:
        return str(ipaddress.ip_network((known, 64), strict=False))
    return str(known)


def _unauthorized(request: Request) -> Response:
    challenge = 'Basic realm="Pantau", charset="UTF-8"'
    return _answer(_say(request, "password_needed"), 401, {"WWW-Authenticate": challenge})


def _too_often(request: Request, seconds: int) -> Response:
    """Say that it is the wait, for it is the answer to the right password too."""
    words = _say(request, "password_wait", seconds=seconds)
    return _answer(words, 429, {"Retry-After": str(seconds)})


def _say(request: Request, key: str, **values: object) -> str:
    return say(page_language(request, Lang.ID), key, **values)


def _answer(words: str, status: int, headers: dict[str, str]) -> Response:
    return Response(f"{words}\n", status, headers, content_type="text/plain; charset=utf-8")
