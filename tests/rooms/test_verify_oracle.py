"""Verification finds a fault exactly when trying everything does (engine I9)."""

from __future__ import annotations

import os
from random import Random

import pytest
from rooms.verify_oracle import faults
from rooms.verify_random import CONDITIONS, FIELDS, INSIDE, some_workflow
from sizes import size

from ordinance.process.verify import Ground, verify

RECORD = {**dict.fromkeys((*FIELDS, *INSIDE)), "p0": True, "sent": 0}
GROUND = Ground(fields={(name,): name == "p0" for name in (*FIELDS, *INSIDE)} | {("sent",): False})
STUCK = {
    "input_never_asked", "input_switched_off", "input_if_switched_off", "input_may_be_missing", "input_only_sometimes",
    "input_only_written_sometimes", "reads_beside", "after_later", "after_missing", "after_sometimes", "after_beside",
    "until_never",
}  # fmt: skip
BACK = {
    "no_landing", "final_after_lane", "final_before_way_back", "final_before_landing", "final_sometimes", "final_after_round", "final_if_switched_off",
}  # fmt: skip
TIES = {"lane_never_open", "switch_needs", "switch_excludes", "all_steps_off"}


def compare(seed: int, *, lanes: bool = False) -> tuple[bool, str]:
    random = Random(seed)
    count = random.choice([1, 2, 3] if lanes else [1, 2, 3, 3, 4, 4, 5])
    inside = random.randint(1, count) if lanes else 0
    workflow = some_workflow(random, count, faults=random.choice([0.0, 0.1, 0.4]), lane_steps=inside)
    found = verify(workflow, ground=GROUND)
    real = faults(workflow, RECORD, CONDITIONS)
    said = f"seed {seed}: {[(f.code, dict(f.toggles), dict(f.conditions), f.path) for f in found]} / {sorted(map(str, real))}"
    assert {each.code for each in found} <= STUCK | BACK | TIES, said
    assert nearest(real, "lost") is None, said
    assert least(found, STUCK) == nearest(real, "stuck"), said
    if nearest(real, "stuck") is None:
        # Whatever gets stuck never comes to where it would be sent back from.
        assert least(found, BACK) == nearest(real, "back"), said
    return bool(real), said


def least(found, codes: set[str]) -> int | None:
    """Return how many switches the nearest finding of these codes changes."""
    return min((len(each.toggles) for each in found if each.code in codes), default=None)


def nearest(real, kind: str) -> int | None:
    return min((each.toggles for each in real if each.kind == kind), default=None)


@pytest.mark.parametrize("part", range(4))
def test_verify_finds_a_fault_exactly_when_trying_everything_does(part):
    count = int(os.environ.get("ORDINANCE_VERIFY", size("verify"))) // 4
    broken = sum(compare(part * 1_000_000 + seed)[0] for seed in range(count))
    assert 0 < broken < count


@pytest.mark.parametrize("part", range(2))
def test_a_lane_is_verified_as_a_small_workflow(part):
    count = int(os.environ.get("ORDINANCE_VERIFY", size("verify"))) // 6
    broken = sum(compare(part * 1_000_000 + seed, lanes=True)[0] for seed in range(count))
    assert 0 < broken < count
