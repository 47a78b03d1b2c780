"""Twilio: webhooks signed by its token, texts out through its REST API (SPEC section 4)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from hmac import compare_digest
from typing import Any

from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from werkzeug import Request, Response

from config.phones import is_sample
from config.settings import Settings
from gateway.carriers.connection import CLOCKS, SPOILT, TRY_AGAIN, lost, to_be_out_by
from gateway.carriers.twilio_http import TwilioHttp, answered, retry_after
from gateway.carriers.twiml import LONGEST_FIELD, field, twiml
from gateway.service import Answer
from notify.carrier import InboundText, OutboundText, SendFailed, Sent, StatusReport

PAGE = 1000  # messages; Twilio's largest page

# Theirs to ours. "sent" is what we call a text that the carrier has taken.
STATUSES = {
    "accepted": "sent",
    "scheduled": "sent",
    "queued": "sent",
    "sending": "sent",
    "sent": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
    "canceled": "failed",
}

# Where the text is still Twilio's: in a queue of its own, or never to leave it.
LYING = ("accepted", "scheduled", "queued", "sending", "failed", "canceled")

# What no second attempt mends: this text, or this number. https://www.twilio.com/docs/api/errors
PERMANENT = {
    21211: "not a phone number",
    21214: "number cannot be reached",
    21217: "number does not appear to be valid",
    21265: "a short code",
    21266: "to and from are the same",
    21408: "region is not allowed in this account",
    21602: "no body",
    21604: "no recipient",
    21605: "body longer than 160 characters",
    21608: "a trial account, and a number that it has not verified",
    21610: "recipient has opted out",
    21612: "number cannot be reached from ours",
    21614: "not a mobile number",
    21617: "body longer than 1600 characters",
    21619: "no body and no picture",
    21635: "a landline",
    30003: "handset unreachable",
    30004: "blocked",
    30005: "unknown handset",
    30006: "landline or unreachable carrier",
    30007: "filtered by a carrier",
}
# What passes by itself, under whatever status: a queue that is full, a pace that was too fast.
PASSING = {
    14107: "too many texts to one number",
    20429: "too many requests",
    21611: "the queue of our number is full",
    30001: "queue overflow",
    30022: "faster than our number may send",
}
# Of our number or service, which someone may mend meanwhile; until then another carrier takes its place.
OURS = {
    21212: "no number of ours to send from",
    21603: "no sender",
    21606: "our number cannot text",
    21607: "our number may not text there",
    21659: "our number is not Twilio's",
    21660: "our number is of another account",
    21661: "our number cannot text",
    21701: "no such messaging service",
    21703: "the messaging service has no number",
    21704: "the messaging service has no number",
    21705: "no such messaging service",
    30002: "our account is suspended",
}
REFUSED = frozenset(str(code) for code in PERMANENT)  # as a delivery report writes them
# It failed with the text in hand, or a gateway gave up waiting for what stands behind it, which may have
# taken the text. 503 is said before that.
UNSURE = (500, 502, 504)


class Twilio:
    """One account of Twilio's."""

    name = "twilio"
    method = "POST"
    spooled = False

    def __init__(self, settings: Settings) -> None:
        self._validator = RequestValidator(settings.twilio_auth_token or "")
        self._public_url = settings.public_url or ""
        self._service = settings.twilio_messaging_service_sid
        self._from = settings.twilio_from_number
        self._numbers = tuple(dict.fromkeys([*filter(None, [self._from]), *settings.own_numbers]))
        self._client = client_of(settings)

    @property
    def _status_url(self) -> str:
        return f"{self._public_url}/twilio/status"

    def verify(self, request: Request) -> bool:
        """Whether the signature is of the public address, with the raw query, and of this form."""
        query = request.query_string.decode("latin-1")
        url = f"{self._public_url}{request.path}{'?' if query else ''}{query}"
        given = request.headers.get("X-Twilio-Signature", "")
        computed: str = self._validator.compute_signature(url, request.form)
        if compare_digest(computed.encode(), given.encode()):
            return True
        return bool(self._validator.validate(url, request.form, given))  # with the port, or without

    def decode(self, request: Request) -> InboundText | None:
        """Read a webhook's form: ``MessageSid`` and ``From`` must be there, ``Body`` may be empty."""
        sid, sender = field(request, "MessageSid"), field(request, "From")
        if sid is None or sender is None:
            return None
        body = request.form.get("Body", "")
        return InboundText(self.name, sid, _number(sender), body, recipient=field(request, "To"))

    def respond(self, answer: Answer | None) -> Response:
        """Answer with TwiML, whose reply reports its status by its row."""
        return twiml(answer, self._status_url)

    def decode_status(self, request: Request) -> StatusReport | None:
        """Read a delivery report. A status that is new to us says that Twilio has the text."""
        sid, status = field(request, "MessageSid"), field(request, "MessageStatus")
        if sid is None or status is None:
            return None
        row = request.args.get("row", "")
        code = field(request, "ErrorCode")
        return StatusReport(
            carrier_id=sid,
            status=STATUSES.get(status.lower(), "sent"),
            error_code=code,
            row_id=int(row) if row.isdecimal() and len(row) <= 18 else None,
            sent_on=status.lower() not in LYING or code in REFUSED,
        )

    def send(self, text: OutboundText) -> Sent | SendFailed:
        """Create the message. A connection lost before the request was out is retried; later, or
        where the answer cannot be read, it is unsure."""
        if is_sample(text.recipient):
            return SendFailed("sample_number", retry=False)
        try:
            with to_be_out_by(text.until):
                sid = self._create(text)
        except RequestException as error:
            return lost(error)
        except (TwilioRestException, TwilioServiceException) as error:
            return _failed(answered(), _code(error.code))
        except SPOILT:  # it was not Twilio alone
            return SendFailed("unreadable_answer", retry=True, unsure=True)
        return Sent(sid) if _is_id(sid) else SendFailed("no_sid", retry=True, unsure=True)

    def _create(self, text: OutboundText) -> Any:
        sender: dict[str, Any] = (
            {"messaging_service_sid": self._service} if self._service else {"from_": self._from}
        )
        message = self._client.messages.create(
            to=text.recipient,
            body=text.body,
            status_callback=f"{self._status_url}?row={text.row_id}",
            **sender,
        )
        return message.sid

    def find_sent(self, recipient: str, body: str, since: datetime) -> tuple[str, ...]:
        """Give the ids of what Twilio took for a number since then, with that very body.

        Not filtered by the date of sending: a text that still waits at Twilio has none.
        """
        found = self._listed(to=recipient)
        return tuple(
            each.sid
            for each in found
            if each.direction != "inbound"
            and (each.body or "").strip() == body.strip()
            and (_at(each) or since) >= since - CLOCKS  # what has no time may be ours
        )

    def inbound_since(self, since: datetime) -> Iterator[InboundText]:
        """Give what was texted to our numbers, oldest first.

        A messaging service has numbers that we do not know: there, all of the account's texts
        are looked through for those of the service.
        """
        wanted: list[dict[str, Any]] = [{}] if self._service else [{"to": number} for number in self._numbers]
        found = {
            each.sid: each
            for filters in wanted
            for each in self._listed(date_sent_after=since.astimezone(UTC), **filters)
            if each.direction == "inbound" and self._is_ours(each) and (_at(each) or since) >= since
        }
        last = datetime.max.replace(tzinfo=UTC)
        listed = reversed(found.values())  # Twilio's times have whole seconds, and its list the newest first
        for each in sorted(listed, key=lambda each: _at(each) or last):
            yield InboundText(
                carrier=self.name,
                carrier_id=each.sid,
                sender=_number(each.from_ or ""),
                body=each.body or "",
                recipient=each.to,
                sent_at=_at(each),
                replies_inline=False,
                reconciled=True,
            )

    def _is_ours(self, message: Any) -> bool:
        """Whether a text came in for us: to a number of ours, or to our service or to none."""
        of_service = self._service is not None and message.messaging_service_sid in (None, self._service)
        return message.to in self._numbers or of_service

    def _listed(self, **filters: Any) -> list[Any]:
        """Give messages over all pages. OSError where Twilio cannot be asked."""
        try:
            return [
                each for each in self._client.messages.stream(page_size=PAGE, **filters) if _is_text(each)
            ]
        except RequestException:
            raise  # it is an OSError
        except (TwilioException, *SPOILT) as error:
            raise ConnectionError(f"Twilio's list could not be read: {type(error).__name__}") from error


def client_of(settings: Settings) -> Client:
    """Give the library's client of the account that the settings name."""
    http = TwilioHttp(settings.twilio_api_url)
    return Client(settings.twilio_account_sid, settings.twilio_auth_token, http_client=http)


def _failed(status: int, code: int | None) -> SendFailed:
    """Give a refusal as a value. A code that we do not know is for good where the status is a 4xx
    of the text's own."""
    passing = code in PASSING or code in OURS or status in TRY_AGAIN or not 400 <= status < 500
    return SendFailed(
        code=str(code or status),
        retry=passing and code not in PERMANENT,
        after=retry_after(),
        unsure=status in UNSURE,
        answered=status in UNSURE,
    )


def _code(given: object) -> int | None:
    """Give Twilio's code of an error, None where what stands there is none."""
    known = isinstance(given, int | str) and (digits := str(given)).isdecimal() and len(digits) <= 6
    return int(digits) if known else None


def _number(sender: str) -> str:
    """Give the number of who wrote by another of Twilio's channels than SMS, as ``rcs:+62812…``. The answer
    to the webhook goes back by that channel."""
    number = sender.rpartition(":")[2]
    return number if number.startswith("+") else sender


def _is_id(sid: object) -> bool:
    """Whether that can be an id of Twilio's, which is a key of ours."""
    return isinstance(sid, str) and sid.isascii() and sid.isprintable() and 0 < len(sid) <= LONGEST_FIELD


def _is_text(message: Any) -> bool:
    """Whether what Twilio lists is of the form of a text."""
    words = (message.direction, message.body, message.from_, message.to)
    return _is_id(message.sid) and all(isinstance(each, str | None) for each in words)


def _at(message: Any) -> datetime | None:
    """Give when Twilio sent a message, or else made it; None where it does not say."""
    at = message.date_sent or message.date_created
    return at if isinstance(at, datetime) else None
