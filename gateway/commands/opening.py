"""What every command needs: the settings, the database behind them, and what arguments mean."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy import Connection

from config.election import Election
from config.election_file import read_election
from config.errors import OperatorError
from config.phones import e164
from config.settings import Settings, read_settings
from gateway.carriers import CARRIERS
from gateway.service import Service
from gateway.starting import open_service
from models import stations
from models.people import District
from models.roster_files import is_code
from models.store import Store
from parser.station import Station


@dataclass(frozen=True, slots=True)
class Deployment:
    """The environment and the folder that a command was called in."""

    variables: Mapping[str, str]
    folder: Path

    def settings(self) -> Settings:
        """Read the settings. Raises ConfigError."""
        return read_settings(self.variables, self.folder, known_carriers=CARRIERS.keys())

    @contextmanager
    def service(self) -> Iterator[Service]:
        """Give the service, its database migrated, and close it afterwards."""
        service = open_service(self.settings())
        try:
            yield service
        finally:
            service.store.close()

    @contextmanager
    def store(self) -> Iterator[tuple[Store, Election]]:
        """Give the database, migrated, and the election, and close it afterwards.

        For what brings a roster in: a service would first load the sample's into a new sandbox.
        """
        settings = self.settings()
        election = read_election(settings.election)
        store = Store.open(settings.database_url)
        try:
            yield store, election
        finally:
            store.close()


pass_deployment = click.make_pass_decorator(Deployment)
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON: keys are added, never renamed.")
in_district = click.option("--district", metavar="NAME", help="Of this district alone.")


def a_district(db: Connection, name: str | None) -> list[District] | None:
    """Give the district of that name, None where none is asked for. Raises OperatorError."""
    if name is None:
        return None
    known = stations.districts(db)
    wanted = " ".join(name.split()).casefold()
    found = [each for each in known if each.name.casefold() == wanted]
    if not found:
        there = ", ".join(each.name for each in known) or "none yet; see pantau roster import --help"
        raise OperatorError(f"there is no district {name}; there are: {there}")
    return found


def a_station(db: Connection, code: str) -> Station:
    """Give the station of that code, with or without its zeros. Raises OperatorError."""
    digits = code.strip().upper().removeprefix("TPS").strip(" .-")
    found = stations.station_by_number(db, int(digits)) if is_code(digits) else None
    if found is None:
        raise OperatorError(
            f"there is no station {code[:40]}; pantau missing and pantau roster list name them"
        )
    return found


def a_phone(election: Election, text: str) -> str:
    """Give a number in E.164. Raises OperatorError."""
    found = e164(text.strip(), election.country)
    if found is None:
        raise OperatorError(f"{text[:40]} cannot be a phone number; write it as 0812… or +62812…")
    return found
