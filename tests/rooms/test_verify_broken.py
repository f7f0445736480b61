"""Mutations: each slip that makes a sound process unsound is caught, with the code, the switches and the way it must have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rooms.shop_kit import NONE
from ruamel.yaml import YAML

from ordinance.blueprint import Loaded, load
from ordinance.blueprint.grounds import ground_in, staffing_in
from ordinance.problems.catalogue import verify as words
from ordinance.process.verify import Finding, verify

BROKEN: dict[str, Any] = YAML(typ="safe").load(Path(__file__).with_name("verify_broken.yaml").read_text("utf-8"))
CASES: dict[str, dict[str, Any]] = BROKEN["cases"]
ENGINE = {"engine_refuses", "engine_differs"}
"""Said when the engine and the static passes disagree; the oracle looks for that."""

COUNTED = {"other_switches"}
"""Said by `ordinance check` of what is found only under other switches."""


def site(folder: Path, case: dict[str, Any]) -> Loaded:
    """Write the sound company with what the case changes, and load it."""
    for name, text in BROKEN["sound"].items():
        for old, new in case.get(name, {}).items():
            assert old in text, f"{name} has no {old!r}"
            text = text.replace(old, new)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load(folder, builtin=NONE)


def found(loaded: Loaded, people: dict[str, list[str]]) -> tuple[Finding, ...]:
    blueprint = loaded.blueprint
    if blueprint is None:
        return ()
    staffing = staffing_in(blueprint, {name: frozenset(roles) for name, roles in people.items()})
    return tuple(
        each
        for workflow in blueprint.workflows.values()
        for each in verify(workflow, staffing[workflow.id], ground=ground_in(blueprint, workflow))
    )


def test_the_sound_company_gives_none(tmp_path):
    loaded = site(tmp_path, {})
    assert loaded.problems == ()
    assert found(loaded, BROKEN["people"]) == ()


def test_there_are_forty_and_more():
    assert len(CASES) >= 40


@pytest.mark.parametrize("name", CASES)
def test_a_broken_process_is_caught(tmp_path, name):
    case = CASES[name]
    loaded = site(tmp_path, case)
    findings = found(loaded, case.get("people", BROKEN["people"]))
    told = {each.code for each in (*loaded.problems, *findings)}
    assert case["finds"] in told
    assert not told & ENGINE
    mine = [each for each in findings if each.code == case["finds"]]
    if "with" in case:
        assert case["with"] in [dict(each.toggles) for each in mine]
    if "way" in case and mine:
        assert case["way"] in [list(each.path) for each in mine]
    assert all(each.place is not None for each in mine)


def test_every_code_of_verification_has_its_case():
    assert set(words.ENTRIES) - ENGINE - COUNTED - {each["finds"] for each in CASES.values()} == set()
