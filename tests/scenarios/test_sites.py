"""Every scenario of the default site, and of the sites that count effects and try the checks, played as written."""

import asyncio
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from sizes import size

from ordinance.testing import WAYS, Scenario, Theatre, read_scenarios
from ordinance.testing.toggling import Toggles, variety

ROOT = Path(__file__).parents[2]
SITES = {"default": ROOT} | {name: ROOT / "tests/sites" / name for name in ("counting", "trade")}
REQUIREMENTS = {
    "六个步骤全部启用": ("B-01", "B-08", "B-09", "B-10", "B-11", "B-12", "B-13"),
    "财务审核关闭后直接进入出库审核": ("B-14", "B-15", "A-16"),
    "连续三个步骤关闭": ("B-15",),
    "五个步骤全部关闭则提交即完成": ("B-15",),
    "订单审核退回由客户重新提交_编号不变": ("B-28",),
    "拒绝退货须写明原因": ("B-28",),
    "退货从提交到退款": ("B-16",),
    "退货审核关闭后直接等待寄回_订单步骤不受影响": ("B-17",),
    "订单审核员兼系统管理员可以管理账号": ("B-21", "B-22", "A-04"),
    "两个角色的权限相加": ("A-04",),
    "一个客户只能有一个订货账号": ("B-05",),
    "业务负责人只能开通客户账号": ("B-04", "B-22"),
    "客户账号不能开通账号": ("B-04",),
    "客户只看得到自己的订单": ("B-27",),
    "不是这个角色不能办理": ("B-20",),
    "商品编码不得重复_名称不得为空": ("A-11",),
}
"""Scenario to the requirements it covers."""

_TOGETHER = 6


def _marked(site: str, scenario: Scenario) -> ParameterSet:
    marks = [pytest.mark.requirement(each) for each in REQUIREMENTS.get(scenario.name, ())]
    return pytest.param(site, scenario, id=f"{site}: {scenario.name}", marks=marks)


PLAYS = [_marked(name, each) for name, site in SITES.items() for each in read_scenarios(site)[0]]


@pytest.fixture(scope="module")
def theatres(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Theatre]:
    return {name: asyncio.run(Theatre.of(site, tmp_path_factory.mktemp(name))) for name, site in SITES.items()}


@pytest.mark.parametrize("site", SITES)
def test_scenario_files_have_no_problems(site: str) -> None:
    scenarios, problems = read_scenarios(SITES[site])
    assert scenarios
    assert problems == ()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("site", "scenario"), PLAYS)
def test_a_scenario_comes_to_what_it_expects(
    theatres: dict[str, Theatre], site: str, scenario: Scenario, way: str
) -> None:
    assert [str(each) for each in asyncio.run(theatres[site].run(scenario, way))] == []


def test_the_default_site_s_scenarios_break_nothing_under_other_toggles(theatres: dict[str, Theatre]) -> None:
    """The weaker promise of `toggling`: no fault, documents stand where they may, effects exactly once (engine I3)."""
    theatre = theatres["default"]
    plays = [
        (scenario, toggles)
        for scenario in read_scenarios(ROOT)[0]
        for toggles in variety(theatre.blueprint, scenario).chosen
    ]
    by_toggles: dict[Toggles, list[Scenario]] = {}
    for scenario, toggles in plays:
        by_toggles.setdefault(toggles, []).append(scenario)
    # Reading a combination takes as long as playing several scenarios under it: few are taken, each with several.
    spread = max(1, len(by_toggles) * _TOGETHER // size("toggle_plays"))
    failed = [
        str(failure)
        for number, toggles in enumerate(sorted(by_toggles)[::spread])
        if theatre.load(dict(toggles)).blueprint is not None
        for scenario in by_toggles[toggles][:: max(1, len(by_toggles[toggles]) // _TOGETHER)]
        for failure in asyncio.run(theatre.run(scenario, WAYS[number % 2], toggles))
    ]
    assert failed == []
    assert theatre.stopped == 0


def test_every_requirement_named_here_has_its_scenario() -> None:
    assert set(REQUIREMENTS) <= {each.name for site in SITES.values() for each in read_scenarios(site)[0]}


def test_a_scenario_that_expects_something_else_fails_at_its_line(theatres: dict[str, Theatre], tmp_path: Path) -> None:
    folder = tmp_path / "config/scenarios"
    folder.mkdir(parents=True)
    text = "schema: 1\nwrong:\n  - {as: customer, create: sales_order, expect: {waits_at: [ship]}}\n"
    (folder / "wrong.yaml").write_text(text, "utf-8")
    (scenario,) = read_scenarios(tmp_path)[0]
    (failure,) = asyncio.run(theatres["default"].run(scenario))
    assert (failure.place.file, failure.place.line) == ("config/scenarios/wrong.yaml", 3)
    (difference,) = failure.differences
    assert difference.words.en == "waits_at: expected ship, got order_review"
    assert difference.words.zh == "waits_at：应为 ship，实为 order_review"
