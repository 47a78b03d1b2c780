"""A store of its own for each test, on either database."""

from collections.abc import Iterator

import pytest

from models.store import Store


@pytest.fixture
def store(migrated_url: str) -> Iterator[Store]:
    opened = Store.open(migrated_url)
    yield opened
    opened.close()
