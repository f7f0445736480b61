"""The trial packs of the language: each parses, merges and is checked without a traceback.

They are input to judge, not part of the repository: `ORDINANCE_PACKS` names their folder; without it, the folder
`reference/packs` beside the real data sets (`ORDINANCE_REAL_DATA`) is taken; without both these tests are left out.
What keeps a pack from checking clean is printed (`pytest -rP`).
"""

import os
from pathlib import Path

import pytest

from ordinance.blueprint import load
from ordinance.departments import builtin_plugins
from ordinance.problems import render_text


def _folder() -> Path | None:
    given = os.environ.get("ORDINANCE_PACKS")
    if given:
        return Path(given)
    data = os.environ.get("ORDINANCE_REAL_DATA")
    beside = Path(data).parent / "reference" / "packs" if data else None
    return beside if beside and beside.is_dir() else None


FOLDER = _folder()
PACKS = sorted(each.name for each in FOLDER.iterdir() if each.is_dir()) if FOLDER else []

FAULTS = {"effect_twice", "input_never_asked", "nobody_may", "not_a_document", "unknown_path"}
"""What the trial packs, which have never run, are known to have wrong themselves. Anything else is ours."""


@pytest.fixture
def site(tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "packs").symlink_to(FOLDER)
    return tmp_path


@pytest.mark.skipif(not PACKS, reason="set ORDINANCE_PACKS to the folder of trial packs")
@pytest.mark.parametrize("pack", PACKS or ["none"])
def test_a_trial_pack_is_read_and_checked(pack, site):
    # What the catalogues declare is taken as there: a pack is judged as if every department were switched on.
    switches = ", ".join(f"{each.name}: {{enabled: true}}" for each in builtin_plugins().iterdir() if each.is_dir())
    company = f"schema: 1\nid: trial\nlabel: Trial\npacks: [{pack}]\ndepartments: {{{switches}}}\n"
    (site / "config" / "company.yaml").write_text(company, encoding="utf-8")
    loaded = load(site)
    wrong = [each for each in loaded.problems if each.severity == "error"]
    print(render_text(wrong, loaded.sources, "en") or "clean")  # noqa: T201
    assert pack in {each.id for each in loaded.departments}
    assert {each.code for each in wrong} <= FAULTS
