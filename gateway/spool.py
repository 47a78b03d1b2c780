"""What a carrier brought while it could not be stored, on disk until it can be (SPEC section 4, Kannel)."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import structlog

from config.log import Seldom
from config.settings import Settings
from models.store import trouble
from notify.carrier import InboundText, StatusReport

SUFFIX, SPOILT = ".json", ".spoilt"
HALF_WRITTEN_SECONDS = 60.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """Something in the spool: where it is, by which carrier it came, and when."""

    path: Path
    carrier: str
    at: datetime
    found: InboundText | StatusReport


class Spool:
    """A folder with a file for each text or delivery report.

    A text that comes again has the same file: Kannel's ``%I`` names it. The files hold PINs, which
    are needed to judge and are nowhere else on disk: only the service's user may read them, and
    they are gone once they are judged.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seldom = Seldom()

    @classmethod
    def of(cls, settings: Settings) -> "Spool":
        """Give the spool of a deployment; its folder is made when it is needed."""
        return cls(settings.folder / "var" / "spool")

    def keep(self, carrier: str, found: InboundText | StatusReport, at: datetime) -> None:
        """Write it so that no power cut can take it back; OSError where that cannot be."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        values = asdict(found)
        if isinstance(found, InboundText):  # its time is that of its arrival, not of its judging
            values["sent_at"] = (found.sent_at or at).isoformat()
        content = json.dumps({"carrier": carrier, "at": at.isoformat(), type(found).__name__: values})
        path = self._path(carrier, found)
        written = path.with_suffix(f".{os.getpid()}-{id(found)}")
        with open(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        written.replace(path)
        self._sync_folder()

    def kept(self) -> Iterator[Kept]:
        """Give what is kept, oldest first. What a power cut left half written was never answered, so
        that it comes again: it is removed."""
        listed = self._listed()
        for path in listed:
            if path.suffix not in (SUFFIX, SPOILT) and _age(path) > HALF_WRITTEN_SECONDS:
                path.unlink(missing_ok=True)
        paths = [path for path in listed if path.suffix == SUFFIX]
        read = [kept for path in paths if (kept := self._read(path)) is not None]
        yield from sorted(read, key=lambda kept: (kept.at, kept.path))

    def spoilt(self) -> list[Path]:
        """Give the files that a disk has spoilt, or that another version wrote: nobody takes them in."""
        return [path for path in self._listed() if path.suffix == SPOILT]

    def drop(self, kept: Kept) -> None:
        """Remove what is stored in the database."""
        kept.path.unlink(missing_ok=True)

    def _read(self, path: Path) -> Kept | None:
        """Read a file; None where it is not to be read now, as one that root has written: it keeps no other
        back, and is tried again."""
        try:
            return _read(path)
        except OSError as error:
            if self._seldom():
                log.error("a spooled text cannot be read", path=str(path), trouble=trouble(error))
            return None

    def _path(self, carrier: str, found: InboundText | StatusReport) -> Path:
        status = found.status if isinstance(found, StatusReport) else ""
        key = "\0".join((carrier, type(found).__name__, found.carrier_id, status))
        return self._folder / f"{sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()}{SUFFIX}"

    def _listed(self) -> list[Path]:
        try:
            return list(self._folder.iterdir())
        except FileNotFoundError:
            return []

    def _sync_folder(self) -> None:
        """Make the file's name last, too."""
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _read(path: Path) -> Kept | None:
    """Give what a file holds; None where another process has dropped it, or it is not what we wrote: a disk
    has spoilt it, or another version of Pantau wrote it."""
    try:
        content: dict[str, Any] = json.loads(path.read_text())
        return Kept(path, content["carrier"], _moment(content["at"]), _found(content))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError):
        spoilt = path.with_suffix(SPOILT)  # said once, and kept for whoever can read it
        with suppress(FileNotFoundError):  # another process has
            path.replace(spoilt)
            log.error("a spooled text cannot be read", path=str(spoilt))
        return None


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:  # finished, or removed by another process
        return 0.0


def _found(content: dict[str, Any]) -> InboundText | StatusReport:
    if "StatusReport" in content:
        return StatusReport(**content["StatusReport"])
    values = content["InboundText"]
    values["sent_at"] = _moment(values["sent_at"])
    # Nobody waits for the answer any more: the reply goes by the outbox, and no rate limit holds.
    return InboundText(**values | {"replies_inline": False, "reconciled": True})


def _moment(written: str) -> datetime:
    """Read a moment; one without a zone, which we do not write, is this machine's."""
    return datetime.fromisoformat(written).astimezone(UTC)
