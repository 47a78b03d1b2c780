"""What a running Pantau is made of: put together once, passed to everything that needs it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from flask import Request, Response

from config.election import Election
from config.settings import Settings
from models.store import Store
from notify.carrier import Carrier, InboundText, StatusReport


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a text in. ``reply`` is None where it is not answered, or where the reply
    leaves by the outbox; ``reply_id`` is its row."""

    message_id: int
    outcome: str
    reply: str | None = None
    reply_id: int | None = None


class WebCarrier(Carrier, Protocol):
    """A carrier with webhooks: the only code that sees its requests."""

    def verify(self, request: Request) -> bool:
        """Whether the request is really the carrier's."""

    def decode(self, request: Request) -> InboundText | None:
        """Read a text in; None where the request is not one."""

    def respond(self, answer: Answer) -> Response:
        """Answer the carrier's request, with the reply where there is one."""

    def decode_status(self, request: Request) -> StatusReport | None:
        """Read a delivery report; None where the request is not one."""


def utc_now() -> datetime:
    """Give this moment; the one clock of the service."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Service:
    """The store, the election and the carriers of a deployment.

    ``own_numbers`` are ours (E.164): a text from one is never answered. ``election_id`` names
    the election file as it is kept with the messages.
    """

    store: Store
    settings: Settings
    election: Election
    election_id: int
    carriers: Mapping[str, WebCarrier]
    own_numbers: frozenset[str]
    clock: Callable[[], datetime] = utc_now
