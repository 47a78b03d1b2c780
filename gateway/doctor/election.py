"""The election file: will it do on the night?"""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from importlib import resources

from config.election import Election
from config.phones import is_sample
from config.settings import SANDBOX
from gateway.doctor.finding import Finding, fail, ok, warn
from gateway.service import Service
from models import tally

FAR = timedelta(days=90)
LONG_NIGHT = timedelta(days=3)


def look(service: Service) -> Iterator[Finding]:
    """Look at opening and closing, the time zone, summaries, sending and the operator's phones."""
    election = service.election
    yield ok("election", f"{election.name}: {', '.join(each.code for each in election.contests)}")
    yield from _unlisted(service)
    yield from _alike(election)
    yield _time_zone(service)
    yield from _hours(service)
    if any(plan.to == "official" for plan in election.summaries):
        yield ok("summaries", f"{len(election.summaries)} scheduled")
    else:
        yield warn("summaries", "none goes to officials", 'add [[summary]] with to = "official"')
    yield from _past(service)
    if service.settings.carriers != (SANDBOX,):
        yield from _sending(election)


def _unlisted(service: Service) -> Iterator[Finding]:
    with service.store.reading() as db:
        found = tally.unlisted(db, service.election)
    if found:
        lacks = f"the file lacks {', '.join(found)}, which has votes at stations: they are in no total"
        yield fail("election", lacks, "put it back into the election file and start pantau serve again")


def _alike(election: Election) -> Iterator[Finding]:
    for contest in election.contests:
        for name, count in Counter(each.short.casefold() for each in contest.candidates).items():
            if count > 1:
                said = f'{count} of {contest.code} are "{name}" in texts: nobody can tell them apart'
                yield warn("candidates", said, "give each a short of its own")


def _time_zone(service: Service) -> Finding:
    election, now = service.election, service.clock()
    shown = f"{election.timezone.key}, where it is {election.local(now):%H:%M on %d/%m/%Y}"
    zones = _zones_of(election.country)
    if zones and election.timezone.key not in zones:
        mend = f"country {election.country} has {', '.join(sorted(zones)[:5])}; correct timezone or country"
        return warn("time zone", shown, mend)
    return ok("time zone", f"{shown}; is that what your watch says?")


def _zones_of(country: str) -> set[str]:
    table = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return {row[2] for row in rows if row[0] == country}


def _hours(service: Service) -> Iterator[Finding]:
    election, now = service.election, service.clock()
    opens, closes = election.opens, election.closes
    real = service.settings.carriers != (SANDBOX,)
    if opens is None:
        mend = "set opens to when the polls close: earlier texts are practice then"
        found = "is not set: every text counts, practice too"
        yield fail("opens", found, mend) if real else warn("opens", found, mend)
    elif opens - now > FAR:
        yield warn(
            "opens", f"{election.local(opens):%d/%m/%Y %H:%M}, in {(opens - now).days} days", "is it so?"
        )
    elif now - opens > LONG_NIGHT:
        found = f"{election.local(opens):%d/%m/%Y %H:%M}, {(now - opens).days} days ago: practice counts"
        yield warn("opens", found, "is it so? else correct opens")
    else:
        yield ok("opens", f"{election.local(opens):%d/%m/%Y %H:%M}")
    if closes is None:
        return
    shown = f"{election.local(closes):%d/%m/%Y %H:%M}"
    if closes <= now:
        yield fail("closes", f"{shown} is past: reports are refused", "correct closes, or leave it out")
    elif opens is not None and closes - opens > LONG_NIGHT:
        yield warn("closes", f"{shown}, {(closes - opens).days} days after opens", "is it so?")
    else:
        yield ok("closes", shown)


def _past(service: Service) -> Iterator[Finding]:
    election, now = service.election, service.clock()
    ended = [plan for plan in election.summaries if plan.until is not None and plan.until <= now]
    if ended and len(ended) == len(election.summaries):
        yield fail("summaries", "all have ended", "correct until of [[summary]]")
    for plan in election.reminders:
        at = f"{plan.about} at {election.local(plan.at):%d/%m/%Y %H:%M}"
        if plan.at <= now and (election.opens is None or now < election.opens):
            yield warn("reminders", f"{at} is past", "correct at of [[reminder]]")
        elif plan.about == "practice" and (election.opens is None or plan.at >= election.opens):
            yield warn("reminders", f"{at} is not sent: every text counts by then", "correct at, or opens")
        elif plan.about == "results" and election.closed(plan.at):
            yield warn("reminders", f"{at} is not sent: reporting has closed", "correct at, or closes")


def _sending(election: Election) -> Iterator[Finding]:
    sending = election.sending
    if sending.only:
        found = f"[sending] only has {len(sending.only)} numbers: nothing leaves to anyone else"
        yield fail("sending", found, "after the rehearsal set only = []")
    else:
        yield ok("sending", f"{sending.messages_per_second:g} texts a second")
    phones = election.operator_phones
    if not phones:
        yield warn("operator", "no phone gets alarms", "set [operator] phones")
    elif any(map(is_sample, phones)):
        yield fail("operator", "a phone is the sample's and reaches nobody", "correct [operator] phones")
    else:
        yield ok("operator", f"{len(phones)} phones get alarms")
