"""Fixtures of the whole suite. A test that asks for ``city`` runs on SQLite and on PostgreSQL."""

from collections.abc import Callable, Iterator

import pytest

from config.election import Election
from tests.city import City, city_at, settle
from tests.elections import REFERENCE

pytest_plugins = ["tests.databases", "tests.papers", "tests.twilio_server"]


@pytest.fixture(scope="session")
def migrate() -> Callable[[str], object]:
    """Give what makes the template that every test's database is copied from: the small city."""
    return settle


@pytest.fixture
def city(migrated_url: str) -> Iterator[City]:
    opened = city_at(migrated_url)
    yield opened
    opened.service.store.close()


@pytest.fixture
def city_with(migrated_url: str) -> Iterator[Callable[..., City]]:
    """Give the city with another election: ``city_with(replace(REFERENCE, …))``."""
    opened: list[City] = []

    def build(election: Election = REFERENCE, **given: object) -> City:
        opened.append(city_at(migrated_url, election, **given))  # type: ignore[arg-type]
        return opened[-1]

    yield build
    for each in opened:
        each.service.store.close()
