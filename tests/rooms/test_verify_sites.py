"""Every workflow of every shipped site and department is verified, with every department switched on as well."""

from __future__ import annotations

import re
import shutil
import time
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from rooms.test_packs import FOLDER, PACKS
from rooms.verify_oracle import faults

from ordinance.blueprint import Blueprint, load
from ordinance.blueprint.grounds import ground_in
from ordinance.departments import builtin_plugins
from ordinance.process.model import Workflow
from ordinance.process.verify import Finding, verify
from ordinance.process.verify.abstraction import abstract, name_of
from ordinance.process.verify.cases import Switchboard
from ordinance.process.verify.look import Look
from ordinance.process.verify.sources import Sources

ROOT = Path(__file__).parents[2]
SITES = {"default": ROOT} | {each.name: each for each in sorted((ROOT / "tests" / "sites").iterdir()) if each.is_dir()}
TRIED = 6
"""So many switches at most: all their sets are tried out."""


@cache
def blueprint(site: Path) -> Blueprint:
    loaded = load(site)
    assert loaded.blueprint is not None, loaded.problems
    return loaded.blueprint


def everything_on(folder: Path) -> Path:
    """Write the default site with every department switched on."""
    for name in ("workflows.yaml", "roles.yaml"):
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "config", folder / "config")
    company = folder / "config" / "company.yaml"
    text = company.read_text("utf-8")
    company.write_text(re.sub(r"enabled: false\b", "enabled: true", text), "utf-8")
    return folder


def findings(site: Blueprint) -> dict[str, tuple[Finding, ...]]:
    return {id_: verify(each, ground=ground_in(site, each)) for id_, each in site.workflows.items()}


def test_the_default_site_holds_for_every_set_of_switches():
    assert findings(blueprint(ROOT)) == dict.fromkeys(blueprint(ROOT).workflows, ())


@pytest.mark.parametrize("name", SITES)
def test_a_shipped_site_holds_as_it_stands(name):
    found = findings(blueprint(SITES[name]))
    assert [each for one in found.values() for each in one if each.severity != "note"] == []


def test_it_holds_with_every_department_on(tmp_path):
    site = blueprint(everything_on(tmp_path))
    assert {each.id for each in site.departments.values() if each.enabled} >= {"inventory", "finance", "logistics"}
    found = findings(site)
    assert [each for one in found.values() for each in one if each.severity != "note"] == []
    # What a switch would book unseen, or leave empty, is known of these and of no others.
    told = {(id_, *each.toggles) for id_, one in found.items() for each in one}
    assert told == {("sales_order", "outbound_review"), ("sales_order", "receive"), ("return_order", "goods_back")}


def test_all_of_them_together(tmp_path):
    sites = [blueprint(each) for each in (*SITES.values(), everything_on(tmp_path))]
    started = time.perf_counter()
    count = sum(len(findings(each)) for each in sites)
    print(f"{count} workflows verified in {time.perf_counter() - started:.2f} s")  # noqa: T201
    assert count >= 20


@pytest.mark.parametrize("name", SITES)
def test_trying_every_set_out_finds_no_more(name):
    site = blueprint(SITES[name])
    for workflow in site.workflows.values():
        if len(Switchboard(workflow).free) <= TRIED:
            found = verify(workflow, ground=ground_in(site, workflow))
            assert tried(site, workflow) == set() or any(each.code.startswith(("input", "final")) for each in found)


def tried(site: Blueprint, workflow: Workflow):
    """Return what trying every set of switches finds in the main line."""
    ground = ground_in(site, workflow)
    look = Look(workflow, ground)
    source = Sources(look)
    model = abstract(replace(workflow, lanes={}), source.own)
    given = [path for path in ground.fields or () if source.is_always(look.main, path)]
    record = model.record(filled=map(name_of, given), true=lambda text: True)
    return faults(model.workflow, record, tuple(model.conditions.values()))


@pytest.mark.skipif(not PACKS, reason="set ORDINANCE_PACKS to the folder of trial packs")
def test_trial_packs_are_reported(tmp_path):
    """They have never run and are known to have faults; what is said of them is printed, and must be sayable."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "packs").symlink_to(FOLDER)
    switches = ", ".join(f"{each.name}: {{enabled: true}}" for each in builtin_plugins().iterdir() if each.is_dir())
    count, seconds = 0, 0.0
    for pack in PACKS:
        company = f"schema: 1\nid: trial\nlabel: Trial\npacks: [{pack}]\ndepartments: {{{switches}}}\n"
        (tmp_path / "config" / "company.yaml").write_text(company, encoding="utf-8")
        loaded = load(tmp_path)
        started = time.perf_counter()
        told = findings(loaded.blueprint) if loaded.blueprint is not None else {}
        count, seconds = count + len(told), seconds + time.perf_counter() - started
        for id_, found in told.items():
            for each in found:
                print(f"{pack} {id_}: {each.severity} {dict(each.toggles)} {each.message.en} [{each.code}]")  # noqa: T201
            assert not {each.code for each in found} & {"engine_refuses", "engine_differs"}
    print(f"{count} workflows of trial packs in {seconds:.2f} s")  # noqa: T201
