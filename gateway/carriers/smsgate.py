"""SMSGate: an Android phone with a local SIM, asked over the local network (SPEC section 4).

Its webhook brings texts and the events of texts out to one address, signed; everything that we
send goes by its ``/messages``. The phone's id of a text in is a hash and no key: sender, second
and words are.
"""

import hmac
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, TypeVar

from android_sms_gateway.client import APIClient
from android_sms_gateway.domain import (
    InboxQueryFilter,
    IncomingMessage,
    Message,
    MessagesQueryFilter,
    MessageState,
    QueryPagination,
    TextMessage,
)
from android_sms_gateway.errors import APIError
from android_sms_gateway.http import RequestsHttpClient
from requests.exceptions import RequestException
from werkzeug import Request, Response

from config.phones import is_sample
from config.settings import Settings
from gateway.carriers.connection import CLOCKS, SPOILT, TRY_AGAIN, Nearby, lost, possible
from gateway.service import Answer
from models.messages import storable
from models.outbox import TIME_TO_LIVE
from notify.carrier import InboundText, OutboundText, SendFailed, Sent, StatusReport

PAGE = 500  # messages; the phone's largest page
OF_ANOTHER_NIGHT = timedelta(hours=2)  # so old a text at the phone is none that we are sending now
LONGEST_FIELD = 100  # characters; our ids have 36 at most

RECEIVED = "sms:received"
# Theirs to ours, and whether the text has left the phone.
STATUSES = {
    "sms:sent": ("sent", True),
    "sms:delivered": ("delivered", True),
    "sms:failed": ("failed", False),
    "sms:cancelled": ("failed", False),
}
ALREADY_THERE = 409

T = TypeVar("T", IncomingMessage, MessageState)


class Smsgate:
    """One phone, in SMSGate's local mode."""

    name = "smsgate"
    method = "POST"
    spooled = False

    def __init__(self, settings: Settings) -> None:
        self._key = (settings.smsgate_signing_key or "").encode()
        self._phone = phone_of(settings)

    def verify(self, request: Request) -> bool:
        """Whether the signature is of this body and this moment, by the phone's key."""
        signature, at = request.headers.get("X-Signature", ""), request.headers.get("X-Timestamp", "")
        if not (at.isascii() and at.isdecimal() and len(at) <= 11):
            return False
        expected = hmac.new(self._key, request.get_data() + at.encode(), sha256).hexdigest()
        genuine = hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))
        return genuine and abs(time.time() - int(at)) <= CLOCKS.total_seconds()

    def decode(self, request: Request) -> InboundText | StatusReport | None:
        """Read an event: a text in, or what became of one out."""
        match _event(request):
            case {
                "event": "sms:received",
                "payload": {"message": str(body), "receivedAt": str(at), **payload},
            }:
                return _text(
                    payload.get("sender") or payload.get("phoneNumber"), at, body, payload.get("recipient")
                )
            case {"event": str(event), "payload": {"messageId": str(own_id), **more}} if event in STATUSES:
                status, sent_on = STATUSES[event]
                reason = _field(str(more.get("reason") or ""))
                return StatusReport(_field(own_id), status, reason or None, sent_on=sent_on)
        return None

    def respond(self, answer: Answer | None) -> Response:  # noqa: ARG002 - the reply goes by the outbox
        """Answer that it is stored: anything but a 2xx makes the phone bring it again."""
        return Response(status=200)

    def decode_status(self, request: Request) -> StatusReport | None:
        """Read an event that was registered for this address."""
        found = self.decode(request)
        return found if isinstance(found, StatusReport) else None

    def send(self, text: OutboundText) -> Sent | SendFailed:
        """Give it to the phone under an id of its row and words, which the phone takes once."""
        if is_sample(text.recipient):
            return SendFailed("sample_number", retry=False)
        own_id = f"{text.row_id}-{_digest(text.recipient, text.body)}"
        try:
            if self._given(own_id, text):
                return Sent(own_id)
            # The database of another night had a row with this number and these words.
            another = f"{own_id}-{int(time.time()) % 1_000_000}"
            self._given(another, text)
        except RequestException as error:
            return lost(error)
        except APIError as error:
            return _failed(error.status_code)
        except SPOILT:  # something else answered
            return SendFailed("unreadable_answer", retry=True, unsure=True)
        return Sent(another)

    def _given(self, own_id: str, text: OutboundText) -> bool:
        """Give a text to the phone; False where the phone has had another under this id."""
        message = Message(
            id=own_id,
            phone_numbers=[text.recipient],
            text_message=TextMessage(text=text.body),
            ttl=int(TIME_TO_LIVE.total_seconds()),
            with_delivery_report=True,
        )
        try:
            # The phone's own check knows which ranges are in use; new ones are opened every year.
            self._phone.send(message, skip_phone_validation=True)
        except APIError as error:
            if error.status_code != ALREADY_THERE:
                raise
            made = self._phone.get_state(own_id).created_at
            return made is None or datetime.now(UTC) - made < OF_ANOTHER_NIGHT
        return True

    def find_sent(self, recipient: str, body: str, since: datetime) -> tuple[str, ...]:
        """Give the ids under which the phone took that very text, by what our ids are made of."""
        clocks = since.replace(microsecond=0) - CLOCKS
        digest = _digest(recipient, body)
        found = self._all(
            lambda page: self._phone.get_messages(query=MessagesQueryFilter(from_=clocks), pagination=page)
        )
        return tuple(each.id for each in found if digest in str(each.id).split("-"))

    def inbound_since(self, since: datetime) -> Iterator[InboundText]:
        """Give what the phone received, oldest first."""
        wanted = InboxQueryFilter(message_type="SMS", from_=since.replace(microsecond=0))
        listed = self._all(lambda page: self._phone.list_inbox_messages(inbox_filter=wanted, pagination=page))
        texts = [
            _text(each.sender, each.created_at.isoformat(), each.content_preview, each.recipient, missed=True)
            for each in listed
        ]
        found = {text.carrier_id: text for text in texts if text is not None}
        yield from sorted(found.values(), key=lambda text: (str(text.sent_at), text.carrier_id))

    def _all(self, ask: Callable[[QueryPagination], list[T]]) -> list[T]:
        """Give a list over all its pages. OSError where the phone cannot be asked."""
        found: list[T] = []
        try:
            while True:
                part = ask(QueryPagination(limit=PAGE, offset=len(found)))
                found += part
                if len(part) < PAGE:
                    return found
        except RequestException:
            raise  # it is an OSError
        except (APIError, *SPOILT) as error:
            raise ConnectionError(f"the phone's list could not be read: {type(error).__name__}") from error


def phone_of(settings: Settings) -> APIClient:
    """Give the package's client of the phone that the settings name."""
    return APIClient(
        settings.smsgate_user,
        settings.smsgate_password or "",
        base_url=settings.smsgate_url or "",
        http=RequestsHttpClient(Nearby()),
    )


def _event(request: Request) -> Any:
    """Give what the request says, None where it is no JSON, or deeper than can be read."""
    try:
        return request.get_json(force=True, silent=True)
    except RecursionError:
        return None


def _field(given: str) -> str:
    """Give the beginning of what a database can keep of a field: JSON may hold half a character."""
    return storable(given)[:LONGEST_FIELD]


def _text(
    sender: object, at: str, body: object, recipient: object, *, missed: bool = False
) -> InboundText | None:
    """Give a text by what the webhook and the inbox both say of it; None where it is none."""
    try:
        received = datetime.fromisoformat(at).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        return None
    if not isinstance(sender, str) or not sender.strip() or not isinstance(body, str):
        return None
    return InboundText(
        carrier=Smsgate.name,
        carrier_id=_digest(sender, received.isoformat(), body),
        sender=sender,
        body=body,
        recipient=recipient if isinstance(recipient, str) else None,
        sent_at=possible(received),
        replies_inline=False,
        reconciled=missed,
        stop_answered=False,
    )


def _digest(*parts: str) -> str:
    """Give what stands for these parts, in 16 characters: the phone's ids have at most 36."""
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _failed(status: int | None) -> SendFailed:
    mended = status is None or status in TRY_AGAIN or not 400 <= status < 500
    return SendFailed(str(status), retry=mended, unsure=status == 504)
