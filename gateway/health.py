"""Whether a process does what its role asks: what ``/readyz`` says (SPEC section 4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import SQLAlchemyError

from models import schema
from models.store import Store
from notify.pulse import Pulse

# Seconds without a good round. A text may take 30 to hand over, and the schedule's day to compose.
LONGEST_SILENCE = {"outbox": 75.0, "scheduler": 30.0}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Readiness:
    """The parts of one process. ``store`` is None while its database has not answered yet."""

    store: Store | None
    pulses: Sequence[Pulse] = field(default_factory=tuple)
    longest_silence: Mapping[str, float] = field(default_factory=lambda: LONGEST_SILENCE)

    def not_well(self) -> tuple[str, ...]:
        """Name the parts that are not well: database, schema, scheduler, outbox."""
        return (*self._database(), *self.stopped())

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
                return () if schema.is_current(db) else ("schema",)
        except SQLAlchemyError as error:
            log.warning("database is not well", trouble=type(error).__name__)
            return ("database",)
