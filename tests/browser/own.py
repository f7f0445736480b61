"""A company of its own for the tests of one file: what others have done in theirs would be in the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browser.conftest import served


@pytest.fixture(scope="module")
def live_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The default site itself, which nobody has used yet."""
    with served("company.py", str(tmp_path_factory.mktemp("site"))) as address:
        yield address


@pytest.fixture(scope="module")
def sessions() -> dict[str, Any]:
    """The cookies of those who have signed in there."""
    return {}
