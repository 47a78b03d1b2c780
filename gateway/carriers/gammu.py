"""Gammu SMSD: USB modems with local SIMs, met in SMSD's own database (SPEC section 4).

SMSD calls nobody and may store a text twice under new rows after a kill: a text is known by its
sender, time, UDH and words. Without a ``SenderID`` a text out is taken by whichever modem of a pool
is free.
"""

import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import groupby
from uuid import uuid4

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from config.phones import is_sample
from config.settings import Settings
from gateway.carriers.connection import CLOCKS
from gateway.carriers.gammu_database import MARK, News, Received, Smsd
from models.outbox import TIME_TO_LIVE
from notify.carrier import InboundText, OutboundText, SendFailed, Sent, StatusReport

SILENT = timedelta(minutes=5)  # SMSD writes what its phone says every minute, if not more often
LATE = 60  # seconds; a text that was there longer was missed, and no rate limit holds for it
OVERLAP = timedelta(seconds=10)  # a row may be committed some seconds after its time

# Theirs to ours, and whether the text has left the modem. Of a long text's parts the worst counts.
STATUSES = {
    "SendingError": ("failed", False),
    "Error": ("failed", False),
    "DeliveryFailed": ("undelivered", True),
    "SendingOK": ("sent", True),
    "SendingOKNoReport": ("sent", True),
    "DeliveryPending": ("sent", True),
    "DeliveryUnknown": ("sent", True),
    "DeliveryOK": ("delivered", True),
}
WORST_FIRST = tuple(STATUSES)


class Gammu:
    """The modems that share one SMSD database."""

    name = "gammu"

    def __init__(self, settings: Settings) -> None:
        self._smsd = Smsd(settings.gammu_database_url or "sqlite:///smsd.db")
        self._rows: dict[str, list[int]] = {}  # of the texts that wait, by their id
        self._taken_back: set[str] = set()  # of texts that nobody has been told of
        self._told: frozenset[StatusReport] = frozenset()
        self._last_news: datetime | None = None

    def waiting(self, since: datetime) -> Iterator[InboundText | StatusReport]:
        """Give what SMSD has that we have not seen: texts in, and what became of texts out."""
        rows = self._smsd.received(since, processed=False)
        if ignored := [row.id for row in rows if not row.is_text]:
            self._smsd.mark_processed(ignored)
        self._rows, late = {}, time.time() - LATE
        for key, copies in _by_identity(rows).items():
            self._rows[key] = [row.id for row in copies]
            yield self._text(copies[0], missed=_seconds(copies[0]) < late)
        yield from self._reports(since)
        yield from self._expired()

    def taken_in(self, text: InboundText) -> None:
        """Mark the rows of a text as processed, as other programs do that read SMSD's inbox."""
        if ids := self._rows.pop(text.carrier_id, []):
            self._smsd.mark_processed(ids)

    def silence(self) -> str:
        """Say since when no modem has been there, if none was lately."""
        seen = max((modem.seen for modem in self._smsd.modems()), default=None)
        if seen is None or time.time() - seen.timestamp() <= SILENT.total_seconds():
            return ""
        return f"no modem has been there since {seen.astimezone():%Y-%m-%d %H:%M}"

    def inbound_since(self, since: datetime) -> Iterator[InboundText]:
        """Give all that SMSD stored, whoever has marked it."""
        rows = self._smsd.received(since, processed=True)
        for row in sorted(rows, key=lambda row: (_seconds(row), row.id)):
            if row.is_text:
                yield self._text(row, missed=True)

    def send(self, text: OutboundText) -> Sent | SendFailed:
        """Put it into SMSD's outbox."""
        if is_sample(text.recipient):
            return SendFailed("sample_number", retry=False)
        creator = f"{MARK}{int(time.time())}-{uuid4().hex}"
        try:
            self._smsd.queue(text.recipient, text.body, creator)
        except SQLAlchemyError as error:
            lost = isinstance(error, DBAPIError) and error.connection_invalidated
            return SendFailed(type(error).__name__, retry=True, unsure=lost)
        return Sent(creator)

    def find_sent(self, recipient: str, body: str, since: datetime) -> tuple[str, ...]:
        """Give the ids of that very text in SMSD's outbox and among what it sent."""
        taken = self._smsd.taken(recipient)
        return tuple(
            creator
            for creator, words in taken.items()
            if words == body and _queued_at(creator) >= int((since - CLOCKS).timestamp())
        )

    def _text(self, row: Received, *, missed: bool) -> InboundText:
        return InboundText(
            carrier=self.name,
            carrier_id=_identity(row),
            sender=row.sender,
            body=row.words,
            recipient=row.modem or None,
            sent_at=row.at,
            replies_inline=False,
            reconciled=missed,
            stop_answered=False,
        )

    def _reports(self, since: datetime) -> Iterator[StatusReport]:
        """Give what is new of texts out; each once, as long as this process runs."""
        news = self._smsd.news(since if self._last_news is None else self._last_news - OVERLAP)
        by_text = groupby(news, key=lambda each: each.creator)
        reports = [_report(creator, list(parts)) for creator, parts in by_text]
        yield from (report for report in reports if report not in self._told)
        self._told = frozenset(reports)
        self._last_news = max((each.at for each in news), default=self._last_news)

    def _expired(self) -> Iterator[StatusReport]:
        """Take back what no modem has begun with in its time: nobody wants it in the morning."""
        too_old = time.time() - TIME_TO_LIVE.total_seconds()
        for creator, row in self._smsd.lying().items():
            if _queued_at(creator) < too_old and self._smsd.remove(row):
                self._taken_back.add(creator)
        for creator in sorted(self._taken_back):
            yield StatusReport(creator, "expired", sent_on=False)
            self._taken_back.discard(creator)  # not where it could not be stored: it is told again


def _by_identity(rows: Iterable[Received]) -> dict[str, list[Received]]:
    found: dict[str, list[Received]] = {}
    for row in rows:
        if row.is_text:
            found.setdefault(_identity(row), []).append(row)
    return found


def _identity(row: Received) -> str:
    parts = (row.sender, row.written, row.udh, row.words)
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _seconds(row: Received) -> float:
    return row.at.timestamp() if row.at else time.time()


def _queued_at(creator: str) -> int:
    """Read from an id of ours when the text was queued, in seconds since 1970."""
    return int(creator.removeprefix(MARK).partition("-")[0])


def _report(creator: str, parts: list[News]) -> StatusReport:
    """Give the worst of the parts; a long text whose parts are not all there is not delivered yet."""
    known = [part.status for part in parts if part.status in STATUSES]
    worst = min(known, key=WORST_FIRST.index, default="SendingOK")
    count = int(parts[0].udh[8:10] or "1", 16)
    if worst == "DeliveryOK" and len(parts) < count:
        worst = "SendingOK"
    status, sent_on = STATUSES[worst]
    code = worst if status in ("failed", "undelivered") else None
    return StatusReport(creator, status, code, sent_on=sent_on)
