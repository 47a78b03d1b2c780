"""Moments as an operator types them, on the election's clock."""

import re
from datetime import UTC, datetime, timedelta

from config.errors import OperatorError
from gateway.service import Service

_AGO = re.compile(r"([0-9]{1,6}) ?([smhd])(?: ago)?")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_CLOCK = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})")


def a_moment(service: Service, text: str) -> datetime:
    """Give the moment of ``19:30`` (the last one), ``2024-11-27T19:30``, or ``2h`` ago.

    Raises OperatorError.
    """
    now = service.election.local(service.clock())
    written = text.strip().lower()
    try:
        if ago := _AGO.fullmatch(written):
            return service.clock() - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        if clock := _CLOCK.fullmatch(written):
            today = now.replace(hour=int(clock[1]), minute=int(clock[2]), second=0, microsecond=0)
            return today if today <= now else today - timedelta(days=1)
        moment = datetime.fromisoformat(text.strip())
        aware = moment if moment.tzinfo else moment.replace(tzinfo=service.election.timezone)
        return aware.astimezone(UTC)
    except (ValueError, OverflowError):
        raise OperatorError(
            f"{text[:40]} is no time; write it as 19:30, 2024-11-27T19:30, or 2h for two hours ago"
        ) from None
