"""Fixtures of the whole suite. A test that asks for ``city`` runs on SQLite and on PostgreSQL."""

import gc
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.default import DefaultDialect

from config.election import Election
from tests.city import City, city_at, settle
from tests.elections import REFERENCE

pytest_plugins = ["tests.databases", "tests.papers", "tests.twilio_server"]


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over all that was imported and collected, which stays."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """Let the thousands of engines share what SQLAlchemy compiles: each would do it anew, in a third
    of the time of a test. Its caches tell dialects apart by their identity; ours differ by their kind."""
    compiled: dict[Any, Any] = {}

    def share(db: Connection) -> None:
        db.execution_options(compiled_cache=compiled)

    event.listen(Engine, "engine_connect", share)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DefaultDialect, "__eq__", lambda one, other: type(one) is type(other))
        patch.setattr(DefaultDialect, "__hash__", lambda one: hash(type(one)))
        yield
    event.remove(Engine, "engine_connect", share)


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
