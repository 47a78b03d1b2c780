"""The carrier that is none: nothing leaves the machine (SPEC section 8)."""

from collections.abc import Iterator
from datetime import datetime
from uuid import uuid4

import structlog
from werkzeug import Request, Response

from config.settings import Settings
from gateway.carriers.twiml import field, twiml
from gateway.service import Answer
from notify.carrier import InboundText, OutboundText, Sent, StatusReport

log = structlog.get_logger(__name__)


class Sandbox:
    """Takes texts from a form, answers as Twilio's webhook would, and sends into the log."""

    name = "sandbox"
    method = "POST"
    spooled = False

    def __init__(self, _settings: Settings) -> None:
        pass

    def verify(self, request: Request) -> bool:  # noqa: ARG002 - whoever reaches loopback may
        """Take every request: it listens on loopback only."""
        return True

    def decode(self, request: Request) -> InboundText | None:
        """Read ``From`` and ``Body``; ``MessageSid`` delivers a text twice."""
        sender = field(request, "From")
        if sender is None:
            return None
        return InboundText(
            carrier=self.name,
            carrier_id=field(request, "MessageSid") or str(uuid4()),
            sender=_with_plus(sender),
            body=request.form.get("Body", ""),
            recipient=field(request, "To"),
        )

    def respond(self, answer: Answer | None) -> Response:
        """Answer with TwiML."""
        return twiml(answer)

    def decode_status(self, request: Request) -> StatusReport | None:  # noqa: ARG002 - none is sent
        """Nothing: what the sandbox sends has arrived nowhere."""
        return None

    def send(self, text: OutboundText) -> Sent:
        """Write down that a text would have left."""
        log.info("sandbox text", row=text.row_id, to=text.recipient, body=text.body)
        return Sent(str(uuid4()))

    def find_sent(self, recipient: str, body: str, since: datetime) -> tuple[str, ...]:  # noqa: ARG002
        """Nothing: no text was handed over to anyone."""
        return ()

    def inbound_since(self, since: datetime) -> Iterator[InboundText]:  # noqa: ARG002
        """Nothing: there is nobody else to have received a text."""
        return iter(())


def _with_plus(sender: str) -> str:
    """``curl -d From=+62…`` arrives with a blank: a form decodes a plus so. A national number
    with a blank before it stays one."""
    if sender[0] == " " and sender[1].isdecimal() and sender[1] != "0":
        return "+" + sender[1:]
    return sender
