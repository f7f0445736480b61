"""A pytest plugin: every scenario of a site is a test, once through the acts and once through HTTP.

`pytest config/scenarios` in a company's folder, or `pytest` alone, plays them; `-k`, `-x`, `--lf` work as on any test.
The folder pytest is rooted in is the site; others are named in the ini option `ordinance_sites` or with
`--ordinance-site`. Only scenarios of a site itself are tests, `config/…` and `plugins/…`, whatever else lies in it.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ordinance.shapes import kind_of

if TYPE_CHECKING:
    from ordinance.testing import Failure, Scenario, Theatre

_OWN = ("config", "plugins")


class Theatres:
    """The sites made ready in this run, each when its first scenario is played."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="ordinance-test-")
        self._made: dict[Path, Theatre] = {}

    def of(self, site: Path) -> Theatre:
        """Return a site made ready."""
        if site not in self._made:
            from ordinance.testing import Theatre

            folder = Path(self._folder.name) / str(len(self._made))
            folder.mkdir()
            self._made[site] = asyncio.run(Theatre.of(site, folder))
        return self._made[site]

    def close(self) -> None:
        """Remove everything."""
        self._folder.cleanup()


_THEATRES = pytest.StashKey[Theatres]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of this plugin."""
    parser.addini("ordinance_sites", "folders of sites whose scenarios are tests", type="paths", default=[])
    group = parser.getgroup("ordinance")
    group.addoption(
        "--ordinance-site", action="append", default=[], metavar="DIR", help="a site whose scenarios are tests"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make room for the sites of this run."""
    config.stash[_THEATRES] = Theatres()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove what was made."""
    config.stash[_THEATRES].close()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a file of scenarios that belongs to a site of this run."""
    if kind_of(file_path) != "scenarios":
        return None
    from ordinance.testing.reading import is_elsewhere, is_site

    config = parent.config
    for site in (config.rootpath, *config.getini("ordinance_sites"), *config.getoption("--ordinance-site")):
        root = Path(site).resolve()
        is_own = file_path.is_relative_to(root) and file_path.relative_to(root).parts[0] in _OWN
        if is_own and is_site(root) and not is_elsewhere(file_path, root):
            return ScenarioFile.from_parent(parent, path=file_path, site=root)
    return None


class ScenarioFile(pytest.File):
    """A file of scenarios."""

    def __init__(self, *, site: Path, **more: Any) -> None:
        super().__init__(**more)
        self.site = site

    def collect(self) -> Iterator[pytest.Item]:
        """Yield each scenario, once for each way."""
        from ordinance.problems import render_text
        from ordinance.testing import WAYS, read_scenarios

        scenarios, problems = read_scenarios(self.site, [self.path])
        if problems:
            raise self.CollectError(render_text(problems, {}, "en"))
        for each in scenarios:
            for way in WAYS:
                yield ScenarioItem.from_parent(self, name=f"{each.name}[{way}]", scenario=each, way=way)


class ScenarioFailedError(Exception):
    """A scenario did not come to what it expects."""

    def __init__(self, failures: tuple[Failure, ...]) -> None:
        self.failures = failures
        super().__init__("; ".join(str(each) for each in failures))


class ScenarioItem(pytest.Item):
    """One scenario, played one way."""

    def __init__(self, *, scenario: Scenario, way: str, **more: Any) -> None:
        super().__init__(**more)
        self.scenario = scenario
        self.way = way

    def runtest(self) -> None:
        """Play it.

        Raises:
            ScenarioFailedError: it came to something else.
        """
        parent = self.parent
        assert isinstance(parent, ScenarioFile)
        theatre = self.config.stash[_THEATRES].of(parent.site)
        logging.getLogger("piccolo").setLevel(logging.WARNING)
        failures = asyncio.run(theatre.run(self.scenario, self.way))
        if failures:
            raise ScenarioFailedError(failures)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: Any, **__: Any) -> Any:
        """Return what was expected and what was there, at its line; of any other fault, as pytest tells it."""
        if not isinstance(excinfo.value, ScenarioFailedError):
            return super().repr_failure(excinfo)
        from ordinance.testing.running import failure_lines

        locale = self._locale()
        return "\n".join(line for each in excinfo.value.failures for line in failure_lines(each, locale))

    def _locale(self) -> str:
        parent = self.parent
        assert isinstance(parent, ScenarioFile)
        return self.config.stash[_THEATRES].of(parent.site).blueprint.company.locale

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where it stands."""
        return self.path, self.scenario.place.line - 1, self.name
