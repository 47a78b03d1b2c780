"""Gammu SMSD: is its database there, do its modems live, and do its clock and ours show the same?"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from gateway.carriers.gammu_database import Modem, Smsd
from gateway.doctor.finding import Finding, fail, ok, warn
from gateway.service import Service

SILENT = timedelta(minutes=2)  # SMSD writes what its phone says every minute, if not more often
WEAK = 20  # percent


def look(service: Service) -> Iterator[Finding]:
    """Ask SMSD's database; nothing in it is changed."""
    smsd = Smsd(service.settings.gammu_database_url or "")
    try:
        modems = smsd.modems()
        lying = len(smsd.lying())
        smsd.try_to_write()
    except OSError as error:
        mend = "is GAMMU_DATABASE_URL right, may this user read and write it, has it SMSD's tables?"
        yield fail("gammu database", str(error).splitlines()[0], mend)
        return
    yield ok("gammu database", "SMSD's tables are there, and may be written to")
    if not modems:
        yield fail("gammu modem", "no modem has ever been there", "start gammu-smsd, and see its log")
    for modem in modems:
        yield _modem(modem, service.clock())
        yield from _zone(modem)
    if lying:
        yield warn("gammu outbox", f"{lying} texts wait for a modem", "if they do not go out, see SMSD's log")


def _modem(modem: Modem, now: datetime) -> Finding:
    if now - modem.seen > SILENT:
        since = f"{modem.name} has been silent since {modem.seen.astimezone():%Y-%m-%d %H:%M}"
        return fail("gammu modem", since, "start gammu-smsd; is the modem plugged in, has it power?")
    if 0 <= modem.signal < WEAK:
        weak = f"{modem.name} has {modem.signal} % of signal"
        return warn("gammu modem", weak, "move the modem, or give it an antenna")
    return ok("gammu modem", f"{modem.name} is there, signal {modem.signal} %")


def _zone(modem: Modem) -> Iterator[Finding]:
    """Compare time zones, where SMSD's database shows its machine's: SQLite alone does."""
    if modem.local is None:
        return
    theirs = modem.local - modem.seen.astimezone(UTC).replace(tzinfo=None)
    ours = modem.seen.astimezone().utcoffset() or timedelta()
    if abs(theirs - ours) > timedelta(minutes=5):
        found = f"SMSD's clock is {theirs - ours} from ours: texts would be judged by the wrong time"
        yield fail("gammu clock", found, "run gammu-smsd and pantau serve in the same time zone")
