"""Every department of this tree owes its users what conformance asks, and its stories come out as they are told."""

from pathlib import Path

import pytest

from ordinance.testing.conformance import check_department, play_department

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(each.parent for place in ("plugins", "core") for each in (ROOT / place).rglob("plugin.yaml"))
"""The departments that come with the product, and those that its documents show."""

DOING = [each for each in SHIPPED if (each / "hooks.py").is_file()]
"""Those that are more than a catalogue of fields and steps."""


def name(folder: Path) -> str:
    return folder.relative_to(ROOT).as_posix()


def test_they_are_found() -> None:
    assert {"plugins/base", "plugins/sales", "core/docs/guide/hello"} <= set(map(name, DOING))
    assert len(SHIPPED) > len(DOING)


@pytest.mark.parametrize("folder", SHIPPED, ids=name)
def test_it_says_what_it_does(folder: Path) -> None:
    assert (folder / "README.md").read_text("utf-8").strip()


@pytest.mark.parametrize("folder", DOING, ids=name)
def test_it_owes_nothing(folder: Path) -> None:
    assert [str(each) for each in check_department(folder)] == []


@pytest.mark.parametrize("folder", DOING, ids=name)
def test_its_stories_come_out_as_they_are_told(folder: Path) -> None:
    assert list(folder.glob("scenarios/*/workflows.yaml")), "it has no company to tell its stories in"
    assert [str(each) for each in play_department(folder)] == []
