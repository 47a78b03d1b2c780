"""Whether a process does what its role asks: what ``/readyz`` says (SPEC section 4)."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import SQLAlchemyError

from models import schema
from models.store import Store, trouble
from notify.pulse import Pulse

# Seconds without a good round. A text may take 30 to hand over, and the schedule's day to compose.
LONGEST_SILENCE = {"outbox": 75.0, "scheduler": 30.0}
ELECTION = "Pantau-Election"  # a header of /readyz: the mark of the election file that a process judges by
# Seconds within which the database is to answer: a server that stands still keeps its connections and
# says nothing, for ever.
ANSWERED_WITHIN = 3.0

log = structlog.get_logger(__name__)


class _Look(threading.Thread):
    """A look at the database that keeps nobody waiting who does not want to."""

    def __init__(self, look: Callable[[], tuple[str, ...]]) -> None:
        super().__init__(name="readiness", daemon=True)
        self._look = look
        self.found: tuple[str, ...] = ("database",)

    def run(self) -> None:
        """Look."""
        self.found = self._look()


class Lookout:
    """Looks at the database, once at a time: what does not come back is waited for again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: _Look | None = None

    def found(self, look: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
        """Give what is not well; the database, where it does not answer in time."""
        with self._lock:
            if self._last is None or not self._last.is_alive():
                self._last = _Look(look)
                try:
                    self._last.start()
                except RuntimeError:  # the machine has no thread left
                    return look()
            last = self._last
        last.join(ANSWERED_WITHIN)
        return last.found


@dataclass(frozen=True, slots=True)
class Readiness:
    """The parts of one process. ``store`` is None while its database has not answered yet;
    ``election`` is the mark of the election file that it judges by."""

    store: Store | None
    pulses: Sequence[Pulse] = field(default_factory=tuple)
    election: str = ""
    longest_silence: Mapping[str, float] = field(default_factory=lambda: LONGEST_SILENCE)
    lookout: Lookout = field(default_factory=Lookout)

    def not_well(self) -> tuple[str, ...]:
        """Name the parts that are not well: database, schema, scheduler, outbox."""
        return (*self.lookout.found(self._database), *self.stopped())

    def stopped(self) -> tuple[str, ...]:
        """Name the loops that have not gone round well for too long."""
        silent = {pulse.name for pulse in self.pulses if pulse.seconds > self.longest_silence[pulse.name]}
        return tuple(sorted(silent))

    def _database(self) -> tuple[str, ...]:
        if self.store is None:
            return ("database",)
        try:
            self.store.try_to_write()
            with self.store.reading() as db:
                return () if schema.is_current(db) and not schema.lacking(db) else ("schema",)
        except SQLAlchemyError as error:
            log.warning("database is not well", trouble=trouble(error))
            return ("database",)
