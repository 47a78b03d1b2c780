"""The roster: is there someone for everything, and can they be texted to?"""

from collections.abc import Iterator

from config.settings import SANDBOX
from gateway.doctor.finding import Finding, fail, ok, warn
from gateway.service import Service
from models import people, rehearsed, roster_gaps
from models.outbox import TIME_TO_LIVE
from models.roster_gaps import Gaps

IMPORT = "complete the files and run pantau roster import again"


def look(service: Service) -> Iterator[Finding]:
    """Look at stations, monitors, coordinators and officials."""
    with service.store.reading() as db:
        found = roster_gaps.gaps(db, service.election.rules.station_cap)
        early = rehearsed.has_results(db)
        ours = sorted(each for each in service.own_numbers if people.person_by_phone(db, each))
    if not found.stations:
        yield fail("stations", "there are none", "pantau roster import --stations FILE --people FILE")
        return
    yield from _stations(found)
    yield from _people(service, found)
    yield from _numbers(service, found)
    if ours:
        mend = "correct PANTAU_OWN_NUMBERS, TWILIO_FROM_NUMBER or the roster"
        yield fail("numbers", f"{', '.join(ours)} is ours: a text from it is never answered", mend)
    opens = service.election.opens
    if early and opens is not None and service.clock() < opens:
        yield fail(
            "results",
            "there are results, and reporting has not opened: a rehearsal's",
            "use a new database (PANTAU_DATABASE_URL) and import the roster there",
        )


def _stations(found: Gaps) -> Iterator[Finding]:
    lacking = found.without_monitor
    if lacking.count:
        yield fail("stations", f"{lacking.count} have no monitor: {lacking}", IMPORT)
    else:
        yield ok("stations", f"{found.stations}, each with a monitor")
    empty, crowded = found.of_no_voters, found.of_many_voters
    if empty.count:
        said = f"0 at {empty.count} stations: {empty}; every report from there has too many votes"
        yield fail("voters", said, f"{IMPORT}; leave them empty where they are not known")
    if crowded.count:
        said = f"more than [rules] station_cap at {crowded.count} stations: {crowded}"
        yield warn("voters", said, f"{IMPORT}, or correct station_cap")
    if found.without_voters.count:
        yield warn(
            "voters",
            f"unknown for {found.without_voters.count} stations: {found.without_voters}",
            f"{IMPORT}, else too many votes are only found by [rules] station_cap",
        )


def _people(service: Service, found: Gaps) -> Iterator[Finding]:
    if found.idle_people.count:
        yield warn("monitors", f"{found.idle_people.count} have no station: {found.idle_people}", IMPORT)
    else:
        yield ok("monitors", f"{found.monitors}, each with a station")
    lacking = found.without_coordinator
    if not lacking.count:
        yield ok("coordinators", f"{found.coordinators}, every district has one")
    elif service.election.operator_phones:
        said = f"none in {lacking.count} districts: {lacking}; what is for them goes to the operator's phones"
        yield warn("coordinators", said, IMPORT)
    else:
        said = f"none in {lacking.count} districts: {lacking}; nobody can decide what is held there"
        yield fail("coordinators", said, f"{IMPORT}, or set [operator] phones")
    seconds = found.monitors / service.election.sending.messages_per_second
    if service.settings.carriers != (SANDBOX,) and seconds > TIME_TO_LIVE.total_seconds():
        said = f"a text to every monitor takes {seconds / 3600:.1f} hours, and each lives for one"
        yield warn("sending", said, "raise [sending] messages_per_second to what the carrier bears")
    if found.officials:
        yield ok("officials", f"{found.officials}")
    else:
        yield warn("officials", "there are none: nobody gets the totals", IMPORT)


def _numbers(service: Service, found: Gaps) -> Iterator[Finding]:
    sample = found.sample_numbers
    if sample.count and service.settings.carriers != (SANDBOX,):
        said = f"{sample.count} are the sample's and reach nobody: {sample}"
        yield fail("numbers", said, f"{IMPORT}, with --prune: people whom the files do not name stay")
    if found.opted_out.count:
        said = f"{found.opted_out.count} have opted out and get replies alone: {found.opted_out}"
        yield warn("opt-outs", said, "ask them to text START, or bring other people in")
    if not service.election.rules.pin:
        return
    for who, lacking in (
        ("monitors", found.monitors_without_pin),
        ("coordinators", found.coordinators_without_pin),
    ):
        if lacking.count:
            yield warn("PINs", f"{lacking.count} {who} have none, and need none: {lacking}", IMPORT)
