"""Kannel: the city's short code or SMPP contract, behind smsbox's HTTP (SPEC section 4).

Kannel takes any answer but 200 as a failure and throws a text away after its last attempt: what
cannot be stored is spooled. A reply is in the answer, everything else goes by ``sendsms``.
"""

import hmac
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import parse_qs, urlencode
from uuid import uuid4

from requests.exceptions import RequestException
from werkzeug import Request, Response

from config.phones import is_sample
from config.settings import Settings
from gateway.carriers.connection import Nearby, lost, possible
from gateway.service import Answer
from models.messages import storable
from notify.carrier import InboundText, NeverTold, OutboundText, SendFailed, Sent, StatusReport
from notify.segments import is_gsm7

SERVED_AT = "http://127.0.0.1:8000"  # where Kannel finds us if PANTAU_PUBLIC_URL does not say
LONGEST_FIELD = 100  # characters; %I has 36
EVERYTHING = "31"  # dlr-mask: all of the events below

# Theirs (%d) to ours, and whether the text has left Kannel. 8 and 1 come in either order.
STATUSES = {
    "1": ("delivered", True),  # to the phone
    "2": ("undelivered", True),  # to the phone
    "4": ("sent", False),  # waits in a queue of Kannel's
    "8": ("sent", True),  # to the operator
    "16": ("failed", False),  # refused by the operator
}
# What sendsms says of a text that no second attempt mends; all else is set up wrongly, or passes.
FOR_GOOD = ("do not try again", "receiver number")


class Kannel:
    """One smsbox: an ``sms-service`` for texts in, a ``sendsms-user`` for texts out."""

    name = "kannel"
    method = "GET"
    spooled = True

    def __init__(self, settings: Settings) -> None:
        self._address = settings.kannel_sendsms_url or ""
        self._login = {"username": settings.kannel_user or "", "password": settings.kannel_password or ""}
        self._secret = settings.kannel_secret or ""
        self._public_url = settings.public_url or SERVED_AT
        self._session = Nearby()

    def verify(self, request: Request) -> bool:
        """Whether the request carries our secret."""
        given = request.args.get("secret", "").encode("utf-8", "replace")
        return hmac.compare_digest(given, self._secret.encode())

    def decode(self, request: Request) -> InboundText | None:
        """Read what ``get-url`` carries. Whatever has a sender or words is a text; where Kannel gives
        it no id, its own content is one."""
        sender, body = _field(request, "from") or "", _body(request)
        if not sender and not body.strip():
            return None
        content = "\0".join((sender, body, request.args.get("to", ""), request.args.get("time", "")))
        return InboundText(
            carrier=self.name,
            carrier_id=_field(request, "id") or sha256(content.encode("utf-8", "replace")).hexdigest(),
            sender=sender,
            body=body,
            recipient=_field(request, "to"),
            sent_at=_moment(request.args.get("time", "")),
            stop_answered=False,
        )

    def respond(self, answer: Answer | None) -> Response:
        """Answer with the reply's own words, which Kannel texts back; its row goes with its reports."""
        response = Response(status=200, content_type="text/plain; charset=UTF-8")
        if answer is not None and answer.reply is not None:
            response.set_data(answer.reply)
            response.headers["X-Kannel-Coding"] = _coding(answer.reply)
            response.headers["X-Kannel-DLR-Mask"] = EVERYTHING
            response.headers["X-Kannel-DLR-Url"] = self._status_url(
                f"reply-{answer.reply_id}", answer.reply_id
            )
        return response

    def decode_status(self, request: Request) -> StatusReport | None:
        """Read what ``dlr-url`` carries."""
        own_id, known = _field(request, "id"), STATUSES.get(request.args.get("type", ""))
        if own_id is None or known is None:
            return None
        status, sent_on = known
        row = request.args.get("row", "")
        return StatusReport(
            carrier_id=own_id,
            status=status,
            error_code=_field(request, "reason") if status in ("undelivered", "failed") else None,
            row_id=int(row) if row.isdecimal() and len(row) <= 18 else None,
            sent_on=sent_on,
        )

    def send(self, text: OutboundText) -> Sent | SendFailed:
        """Hand it to ``sendsms``, which gives no id: ours is in the address of its reports."""
        if is_sample(text.recipient):
            return SendFailed("sample_number", retry=False)
        own_id = str(uuid4())
        values = {
            "to": text.recipient,
            "text": text.body,
            "charset": "UTF-8",
            "coding": _coding(text.body),
            "dlr-mask": EVERYTHING,
            "dlr-url": self._status_url(own_id, text.row_id),
        }
        try:
            response = self._session.get(self._address, params=self._login | values)
        except RequestException as error:
            return lost(error)
        if response.status_code == 202:
            return Sent(own_id)
        for_good = any(words in response.text.lower() for words in FOR_GOOD)
        return SendFailed(str(response.status_code), retry=not for_good)

    def find_sent(self, recipient: str, body: str, since: datetime) -> tuple[str, ...]:  # noqa: ARG002
        """Raise: Kannel tells nobody what it has taken."""
        raise NeverTold("Kannel does not list the texts that it took")

    def inbound_since(self, since: datetime) -> Iterator[InboundText]:  # noqa: ARG002
        """Nothing: Kannel keeps no text that it has brought. What could not be stored is in the spool."""
        return iter(())

    def _status_url(self, own_id: str, row_id: int | None) -> str:
        ours = urlencode({"secret": self._secret, "id": own_id, "row": row_id or ""})
        return f"{self._public_url}/kannel/status?{ours}&type=%d&reason=%A"


def _field(request: Request, name: str) -> str | None:
    """Give the beginning of a field, None where it is missing or empty."""
    value = storable(request.args.get(name, ""))[:LONGEST_FIELD]
    return value if value.strip() else None


def _body(request: Request) -> str:
    """Give ``%b``, whose bytes are of the charset ``%C``: UTF-8, or UTF-16BE for a text outside GSM-7."""
    values = parse_qs(request.query_string.decode("latin-1"), encoding="latin-1")
    found = values.get("text", [""])[0].encode("latin-1")
    try:
        return found.decode(request.args.get("charset") or "UTF-8", "replace")
    except (LookupError, ValueError):  # a charset that nobody knows, or that is none of bytes
        return found.decode("utf-8", "replace")


def _moment(given: str) -> datetime | None:
    """Read ``%T``, in seconds since 1970."""
    if not given.isdecimal() or len(given) > 11:
        return None
    return possible(datetime.fromtimestamp(int(given), UTC))


def _coding(body: str) -> str:
    """Give Kannel's name of the alphabet: 0 is GSM-7, 2 is UCS-2."""
    return "0" if is_gsm7(body) else "2"
