"""What a running Pantau is made of: put together once, passed to everything that needs it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol, runtime_checkable

from werkzeug import Request, Response

from config.election import Election
from config.settings import Settings
from models.store import Store
from notify.carrier import Carrier, InboundText, StatusReport


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a text in. ``reply`` is None where it is not answered, or where the reply
    leaves by the outbox; ``reply_id`` is its row. ``again``: it had been taken in before, which makes it no
    other answer."""

    message_id: int
    outcome: str
    reply: str | None = None
    reply_id: int | None = None
    again: bool = field(default=False, compare=False)


@runtime_checkable
class WebCarrier(Carrier, Protocol):
    """A carrier with webhooks: the only code that sees its requests.

    ``method`` is how it calls them. ``spooled`` where it does not bring a text again for as long as
    an outage lasts: what cannot be stored now is kept on disk, and the answer is that of a success.
    """

    method: str
    spooled: bool

    def verify(self, request: Request) -> bool:
        """Whether the request is really the carrier's."""

    def decode(self, request: Request) -> InboundText | StatusReport | None:
        """Read a text in, or a delivery report of a carrier that brings both to one address; None
        where the request is neither."""

    def respond(self, answer: Answer | None) -> Response:
        """Answer the carrier's request, with the reply where there is one. None: it brought a
        delivery report, or something that is judged later."""

    def decode_status(self, request: Request) -> StatusReport | None:
        """Read a delivery report; None where the request is not one."""


@runtime_checkable
class PolledCarrier(Carrier, Protocol):
    """A carrier that calls nobody: it is asked every second."""

    def waiting(self, since: datetime) -> Iterator[InboundText | StatusReport]:
        """Give the texts since then that were not taken in, and the news of texts out.

        Raises OSError where the carrier cannot be asked.
        """

    def taken_in(self, text: InboundText) -> None:
        """Note that a text is stored with us."""

    def silence(self) -> str:
        """Say why nothing more can come in by it, empty where it can: its database answers all the same."""


def utc_now() -> datetime:
    """Give this moment; the one clock of the service."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Service:
    """The store, the election and the carriers of a deployment.

    ``own_numbers`` are ours (E.164): a text from one is never answered. ``election_id`` names
    the election file as it is kept with the messages. ``lost`` is told where the database can be used no more
    until the process has begun anew.
    """

    store: Store
    settings: Settings
    election: Election
    election_id: int
    carriers: Mapping[str, Carrier]
    own_numbers: frozenset[str]
    clock: Callable[[], datetime] = utc_now
    lost: Callable[[str], None] = lambda _: None
