"""Every scenario of the default site and of the site with countable effects, played as it is written."""

import asyncio
from pathlib import Path

import pytest

from ordinance.testing import Scenario, Theatre, read_scenarios

ROOT = Path(__file__).parents[2]
SITES = {"default": ROOT, "counting": ROOT / "tests/sites/counting"}
PLAYS = [(name, each) for name, site in SITES.items() for each in read_scenarios(site)[0]]


@pytest.fixture(scope="module")
def theatres(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Theatre]:
    return {name: asyncio.run(Theatre.of(site, tmp_path_factory.mktemp(name))) for name, site in SITES.items()}


@pytest.mark.parametrize("site", SITES)
def test_scenario_files_have_no_problems(site: str) -> None:
    scenarios, problems = read_scenarios(SITES[site])
    assert scenarios
    assert problems == ()


@pytest.mark.parametrize(("site", "scenario"), PLAYS, ids=[f"{site}: {each.name}" for site, each in PLAYS])
def test_a_scenario_comes_to_what_it_expects(theatres: dict[str, Theatre], site: str, scenario: Scenario) -> None:
    assert [str(each) for each in asyncio.run(theatres[site].run(scenario))] == []


def test_a_scenario_that_expects_something_else_fails_at_its_line(theatres: dict[str, Theatre], tmp_path: Path) -> None:
    folder = tmp_path / "config/scenarios"
    folder.mkdir(parents=True)
    text = "schema: 1\nwrong:\n  - {as: customer, create: sales_order, expect: {waits_at: [ship]}}\n"
    (folder / "wrong.yaml").write_text(text, "utf-8")
    (scenario,) = read_scenarios(tmp_path)[0]
    (failure,) = asyncio.run(theatres["default"].run(scenario))
    assert (failure.place.file, failure.place.line) == ("config/scenarios/wrong.yaml", 3)
    assert failure.words == ("waits_at is ['order_review'], not ['ship']",)
