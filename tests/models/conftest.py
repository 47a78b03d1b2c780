"""A store of its own for each test, on either database, and a city in a nation that has reported."""

from collections.abc import Callable, Iterator

import pytest

from models.store import Store
from tests.city import City, city_at, settle
from tests.databases import Databases
from tests.nation import Nation, settle_nation

STATIONS = 6_000


@pytest.fixture
def store(migrated_url: str) -> Iterator[Store]:
    opened = Store.open(migrated_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def grow() -> Callable[[str], object]:
    """Give what makes the template of the grown city: the city, in a nation, and counted."""

    def make(url: str) -> None:
        settle(url)
        settle_nation(url, Nation(STATIONS, base=1000, unreported=100))
        city_at(url).service.store.close()

    return make


@pytest.fixture
def grown(databases: Databases, grow: Callable[[str], object]) -> Iterator[City]:
    city = city_at(databases.migrated(grow))
    yield city
    city.service.store.close()
