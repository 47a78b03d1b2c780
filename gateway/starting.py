"""Putting a deployment together: election, store, roster of the sample, carriers."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from config.election import Election
from config.election_file import read_election
from config.errors import ConfigError
from config.phones import e164
from config.sample import sample_path
from config.settings import SANDBOX, Settings
from gateway.carriers import CARRIERS
from gateway.service import Service, utc_now
from models import dialect, elections, people
from models.recount import recount
from models.roster_import import import_roster
from models.store import Store


def open_service(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    lost: Callable[[str], None] = lambda _: None,
) -> Service:
    """Give the service that the settings describe, its database migrated; ``lost`` is told where that can be
    used no more.

    Raises OperatorError where a setting, a file or the database is wrong, and SQLAlchemy's
    OperationalError where the database does not answer.
    """
    election = read_election(settings.election)
    own_numbers = _own_numbers(settings, election)
    settings = replace(settings, own_numbers=tuple(sorted(own_numbers)))  # as carriers write them
    store = Store.open(settings.database_url, lost=lost)
    return Service(
        store=store,
        settings=settings,
        election=election,
        election_id=_known(store, settings, election) or _put_in(store, settings, election, clock()),
        carriers={name: CARRIERS[name](settings) for name in settings.carriers},
        own_numbers=own_numbers,
        clock=clock,
        lost=lost,
    )


def _known(store: Store, settings: Settings, election: Election) -> int | None:
    """Give the row of the election file where there is nothing to put in: whoever only reads then waits for
    nobody who writes."""
    with store.reading() as db:
        if settings.carriers == (SANDBOX,) and people.roster_version(db) == 0:
            return None
        return elections.in_force(db, election)


def _put_in(store: Store, settings: Settings, election: Election, now: datetime) -> int:
    """Put in what every start puts in where it is missing; give the row of the election file."""
    with store.transaction() as db:
        dialect.hold_start_lock(db)  # processes start together, on several machines too
        if settings.carriers == (SANDBOX,):
            _load_sample(db, election)
        return elections.remember(db, election, now)


def check_writing(service: Service) -> None:
    """Raise OperationalError where SQLite's file may only be read, as one that root has made: that does not
    pass, as a full disk does, and is no reason to answer 503 to every text."""
    if not dialect.has_one_writer(service.store.engine):
        return
    try:
        service.store.touch()
    except OperationalError as error:
        if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_READONLY:
            service.store.close()
            raise


def _load_sample(db: Connection, election: Election) -> None:
    """Give a sandbox without a roster the people and stations of the sample (SPEC section 8), whatever
    contests its own election file has: the sample's stations have voters for those of the sample."""
    if people.roster_version(db) == 0:
        contests = read_election(sample_path("election.toml")).contests
        sample = replace(election, contests=contests)
        import_roster(db, sample, sample_path("stations.csv"), sample_path("people.csv"))
        recount(db, election)


def _own_numbers(settings: Settings, election: Election) -> frozenset[str]:
    """Give our own numbers in E.164: a text from one of them is never answered."""
    found = set()
    for written in settings.own_numbers:
        number = e164(written, election.country)
        if number is None:
            raise ConfigError(f'PANTAU_OWN_NUMBERS: "{written}" cannot be a phone number')
        found.add(number)
    sender = e164(settings.twilio_from_number or "", election.country)  # None: a name may send too
    return frozenset(found | ({sender} if sender else set()))
