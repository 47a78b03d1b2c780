"""A local server that speaks Twilio's REST API, as far as Pantau and the ``twilio`` library use it.

It answers over real HTTP, so that connections can break in the middle. Point the service at it
with ``TWILIO_API_URL``; ``signature`` signs webhooks as Twilio does.
"""

import base64
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from types import TracebackType
from typing import Any, Literal, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from twilio.request_validator import RequestValidator

VERSION = "2010-04-01"
PAGE_SIZE = 50  # where the request gives none, as Twilio's
E164 = re.compile(r"\+[1-9]\d{6,14}")
TOO_LONG = 1600

# Twilio's own words for the errors that it documents and Pantau tells apart.
WORDS = {
    20003: "Authenticate",
    20404: "The requested resource {path} was not found",
    20429: "Too Many Requests",
    20503: "Service Unavailable",
    21211: "The 'To' number {To} is not a valid phone number.",
    21602: "Message body is required.",
    21603: "A 'From' phone number is required.",
    21604: "A 'To' phone number is required.",
    21606: "The From phone number {From} is not a valid, SMS-capable inbound phone number or short code"
    " for your account.",
    21608: "The number {To} is unverified.",
    21610: "Attempt to send to unsubscribed recipient",
    21614: "'To' number is not a valid mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit.",
}


def signature(token: str, url: str, params: Mapping[str, str]) -> str:
    """Give the X-Twilio-Signature of a webhook request with this form to this address."""
    return str(RequestValidator(token).compute_signature(url, dict(params)))


@dataclass(frozen=True, slots=True)
class TwilioMessage:
    """A message as Twilio keeps it."""

    sid: str
    direction: Literal["inbound", "outbound-api"]
    from_: str | None
    to: str
    body: str
    status: str
    at: datetime
    messaging_service_sid: str | None = None
    status_callback: str | None = None
    error_code: int | None = None

    @property
    def segments(self) -> int:
        """Segments, for plain letters and digits (GSM-7's other characters count as foreign)."""
        one, each = (160, 153) if self.body.isascii() else (70, 67)
        return 1 if len(self.body) <= one else -(-len(self.body) // each)


class Answer(NamedTuple):
    """What goes back: the status, the JSON, and headers beyond the usual."""

    status: int
    body: Any
    headers: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class _Failure:
    method: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    path: str
    params: dict[str, str]


class TwilioServer:
    """Twilio for one test: ``with TwilioServer() as twilio``, then ``twilio.url``.

    ``sent`` lists what was accepted, oldest first. The rest of the public methods say what
    is to go wrong and what was texted in.
    """

    def __init__(
        self,
        *,
        account_sid: str = "AC" + "0" * 31 + "1",
        auth_token: str = "auth-token-of-the-tests",
        numbers: tuple[str, ...] = ("+15005550006",),
    ) -> None:
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.numbers = numbers
        self.requests: list[tuple[str, str]] = []
        self._messages: dict[str, TwilioMessage] = {}
        self._failures: list[_Failure] = []
        self._misread: list[Any] = []
        self._drops = 0
        self._delay = 0.0
        self._serial = count(1)
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._http = _Server(("127.0.0.1", 0), _Handler)
        self._http.answer = self.answer
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> "TwilioServer":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    @property
    def url(self) -> str:
        """The base address, for TWILIO_API_URL."""
        return f"http://127.0.0.1:{self._http.server_port}"

    @property
    def sent(self) -> list[TwilioMessage]:
        """The messages that were accepted from the service, oldest first."""
        with self._lock:
            return [each for each in self._messages.values() if each.direction == "outbound-api"]

    def add_inbound(
        self, from_: str, to: str, body: str, *, sid: str | None = None, at: datetime | None = None
    ) -> str:
        """Keep a message as texted in, whether or not the service gets a webhook. Give its sid."""
        sid = sid or self._new_sid()
        arrived = (at or datetime.now(UTC)).astimezone(UTC)
        with self._lock:
            self._messages[sid] = TwilioMessage(sid, "inbound", from_, to, body, "received", arrived)
        return sid

    def set_status(self, sid: str, status: str, *, error_code: int | None = None) -> None:
        """Say what became of a message, as a later GET tells it."""
        with self._lock:
            self._messages[sid] = replace(self._messages[sid], status=status, error_code=error_code)

    def fail_next(
        self,
        status: int,
        code: int,
        *,
        retry_after: int | str | None = None,
        times: int = 1,
        method: Literal["GET", "POST"] = "POST",
    ) -> None:
        """Answer the next ``times`` requests of that method with an error of Twilio's shape."""
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        with self._lock:
            self._failures += [_Failure(method, _error(status, code, headers=headers))] * times

    def refuse_next(self, status: int, body: Any) -> None:
        """Answer the next message with that: its JSON, or bytes as they are."""
        with self._lock:
            self._failures.append(_Failure("POST", Answer(status, body)))

    def misread_next(self, body: Any) -> None:
        """Accept the next message, and answer with that: its JSON, or bytes as they are."""
        with self._lock:
            self._misread.append(body)

    def drop_next_response(self, times: int = 1) -> None:
        """Accept the next ``times`` messages and close the connection without a word."""
        with self._lock:
            self._drops += times

    def delay(self, seconds: float) -> None:
        """Wait before every answer from now on."""
        self._delay = seconds

    def answer(self, request: _Request, authorization: str) -> Answer | None:
        """Answer one request; None where the connection is to be closed instead."""
        with self._lock:
            self.requests.append((request.method, request.path))
            answer = self._refusal(request, authorization) or self._route(request)
            dropped = request.method == "POST" and answer.status == HTTPStatus.CREATED and self._drops > 0
            self._drops -= dropped
            if request.method == "POST" and answer.status == HTTPStatus.CREATED and self._misread:
                answer = answer._replace(body=self._misread.pop(0))
        self._stopping.wait(self._delay)
        return None if dropped else answer

    def _refusal(self, request: _Request, authorization: str) -> Answer | None:
        credentials = base64.b64encode(f"{self.account_sid}:{self.auth_token}".encode()).decode()
        if authorization != f"Basic {credentials}":
            return _error(401, 20003)
        for failure in self._failures:
            if failure.method == request.method:
                self._failures.remove(failure)
                return failure.answer
        return None

    def _route(self, request: _Request) -> Answer:
        account = f"/{VERSION}/Accounts/{self.account_sid}"
        match request.method, request.path.removeprefix(account).removesuffix(".json").split("/"):
            case "GET", [""]:
                return Answer(200, {"sid": self.account_sid, "status": "active", "type": "Full"})
            case "GET", ["", "IncomingPhoneNumbers"]:
                return self._numbers(request)
            case "GET", ["", "Messages"]:
                return self._list(request)
            case "POST", ["", "Messages"]:
                return self._create(request.params)
            case "GET", ["", "Messages", sid] if sid in self._messages:
                return Answer(200, self._shown(self._messages[sid]))
            case _:
                return _error(404, 20404, {"path": request.path})

    def _create(self, form: dict[str, str]) -> Answer:
        if code := self._fault_of(form):
            return _error(400, code, form)
        message = TwilioMessage(
            sid=self._new_sid(),
            direction="outbound-api",
            from_=form.get("From"),
            to=form["To"],
            body=form["Body"],
            status="accepted" if "MessagingServiceSid" in form else "queued",
            at=datetime.now(UTC),
            messaging_service_sid=form.get("MessagingServiceSid"),
            status_callback=form.get("StatusCallback"),
        )
        self._messages[message.sid] = replace(message, from_=message.from_ or self.numbers[0], status="sent")
        # A messaging service has not chosen a sender yet, nor counted the segments.
        chosen = {} if message.from_ else {"num_segments": "0"}
        return Answer(201, self._shown(message) | chosen | {"date_sent": None})

    def _fault_of(self, form: dict[str, str]) -> int | None:
        if not form.get("To"):
            return 21604
        if not E164.fullmatch(form["To"]):
            return 21211
        if not form.get("Body"):
            return 21602
        if len(form["Body"]) > TOO_LONG:
            return 21617
        if "MessagingServiceSid" in form:
            return None
        if "From" not in form:
            return 21603
        return None if form["From"] in self.numbers else 21606

    def _list(self, request: _Request) -> Answer:
        asked = request.params
        found = [
            self._shown(message)
            for message in sorted(self._messages.values(), key=lambda each: each.at, reverse=True)
            if asked.get("To", message.to) == message.to
            and asked.get("From", message.from_) == message.from_
            and _sent_within(message, asked)
        ]
        return _page(request, "messages", found)

    def _numbers(self, request: _Request) -> Answer:
        found = [
            {"sid": f"PN{index:032x}", "phone_number": number, "account_sid": self.account_sid}
            for index, number in enumerate(self.numbers)
            if request.params.get("PhoneNumber", number) == number
        ]
        return _page(request, "incoming_phone_numbers", found)

    def _shown(self, message: TwilioMessage) -> dict[str, Any]:
        uri = f"/{VERSION}/Accounts/{self.account_sid}/Messages/{message.sid}"
        at = format_datetime(message.at, usegmt=False)
        return {
            "account_sid": self.account_sid,
            "api_version": VERSION,
            "body": message.body,
            "date_created": at,
            "date_sent": at,
            "date_updated": at,
            "direction": message.direction,
            "error_code": message.error_code,
            "error_message": None,
            "from": message.from_,
            "messaging_service_sid": message.messaging_service_sid,
            "num_media": "0",
            "num_segments": str(message.segments),
            "price": None,
            "price_unit": "USD",
            "sid": message.sid,
            "status": message.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": message.to,
            "uri": f"{uri}.json",
        }

    def _new_sid(self) -> str:
        return f"SM{next(self._serial):032x}"


def _error(
    status: int, code: int, said: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    words = WORDS.get(code, HTTPStatus(status).phrase)
    for name, value in (said or {}).items():
        words = words.replace(f"{{{name}}}", value)
    more = f"https://www.twilio.com/docs/errors/{code}"
    return Answer(
        status, {"code": code, "message": words, "more_info": more, "status": status}, headers or {}
    )


def _sent_within(message: TwilioMessage, asked: Mapping[str, str]) -> bool:
    """Both ends count. A day alone is the whole day, as in Twilio's documentation."""
    after, before = asked.get("DateSent>"), asked.get("DateSent<")
    if after and message.at.replace(microsecond=0) < _instant(after):
        return False
    if before:
        last = _instant(before) + (timedelta() if "T" in before else timedelta(days=1, seconds=-1))
        return message.at.replace(microsecond=0) <= last
    return True


def _instant(written: str) -> datetime:
    at = datetime.fromisoformat(written)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _page(request: _Request, name: str, found: list[dict[str, Any]]) -> Answer:
    size = min(int(request.params.get("PageSize", PAGE_SIZE)), 1000)
    page = int(request.params.get("Page", 0))
    shown = found[page * size : (page + 1) * size]

    def uri(number: int, **token: str) -> str:
        asked = request.params | {"PageSize": str(size), "Page": str(number)} | token
        return f"{request.path}?{urlencode(asked)}"

    more = (page + 1) * size < len(found)
    return Answer(
        200,
        {
            name: shown,
            "page": page,
            "page_size": size,
            "start": page * size,
            "end": page * size + len(shown) - 1 if shown else 0,
            "uri": uri(page),
            "first_page_uri": uri(0),
            "previous_page_uri": uri(page - 1) if page else None,
            "next_page_uri": uri(page + 1, PageToken=f"PA{shown[-1]['sid']}") if more else None,
        },
    )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    answer: Callable[[_Request, str], Answer | None]


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"  # connections are kept, as Twilio keeps them
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._reply("")

    def do_POST(self) -> None:
        self._reply(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def _reply(self, form: str) -> None:
        address = urlsplit(self.path)
        params = dict(parse_qsl(form or address.query, keep_blank_values=True))
        request = _Request(self.command, address.path, params)
        answer = self.server.answer(request, self.headers.get("Authorization", ""))
        if answer is None:
            self.close_connection = True
            return
        body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        self.send_response(answer.status)
        for name, value in {"Content-Type": "application/json", **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: ``requests`` of the server holds what was asked."""


@pytest.fixture
def twilio_server() -> Iterator[TwilioServer]:
    """Twilio for this test, with one number and nothing sent."""
    with TwilioServer() as server:
        yield server
