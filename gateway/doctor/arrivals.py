"""When texts came by their carrier's clock and by ours: by the first, reporting opens and closes."""

from collections.abc import Iterator
from datetime import timedelta

from gateway.doctor.finding import Finding, fail, warn
from gateway.service import Service
from models import traffic

LOOKED_AT, MOST = timedelta(days=1), 20
LATE = timedelta(minutes=10)  # a network brings most texts within seconds


def look(service: Service, carrier: str) -> Iterator[Finding]:
    """Look whether every one of a carrier's last texts seems to have come late. Where all were about as late
    it was not the network: a modem knows its operator's time of a text without the time zone."""
    with service.store.reading() as db:
        delays = traffic.delays(db, carrier, service.clock() - LOOKED_AT, MOST)
    if delays and (least := min(delays)) > LATE:
        hours, minutes = divmod(round(least.total_seconds() / 60), 60)
        found = (
            f"each of the last {len(delays)} texts bears a time at least {hours}:{minutes:02d} before it came"
        )
        mend = (
            "text STATUS to it and look again; if this stays, its clock or time zone is wrong, and reports "
            "would be judged as of before the opening: docs/carriers.md"
        )
        # After an outage those that waited are late, too, each by as long as it did.
        is_clock = len(delays) > 1 and max(delays) - least < LATE
        yield (fail if is_clock else warn)(f"{carrier} clock", found, mend)
