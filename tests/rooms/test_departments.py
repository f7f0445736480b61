"""Finding, ordering, mounting and registering departments."""

import sys
from pathlib import Path

import pytest

from ordinance.departments import choose, find_departments, in_order, load_code, mount_name, unmount

MANIFEST = """schema: 1
id: {id}
label: {{zh: {id}, en: {id}}}
requires: [{requires}]
"""

GREETING = """
from ordinance import hookimpl

async def greet(context):
    return {"greeted": "hello"}

@hookimpl
def ordinance_actions():
    return {"greet": greet}
"""

GREETING_MANIFEST = """schema: 1
id: greeting
label: {zh: 问候, en: Greeting}
actions:
  greet: {label: {zh: 问候, en: Greet}, undo: forget}
"""


@pytest.fixture
def site(tmp_path):
    """A site of its own, unmounted afterwards."""
    yield tmp_path
    unmount(mount_name(tmp_path))


def department(
    site: Path, id: str, *, requires: str = "", manifest: str = "", hooks: str = "", folder: str = ""
) -> Path:
    """Write a department into the site's own plugins."""
    place = site / "plugins" / (folder or id)
    place.mkdir(parents=True, exist_ok=True)
    (place / "plugin.yaml").write_text(manifest or MANIFEST.format(id=id, requires=requires), encoding="utf-8")
    if hooks:
        (place / "hooks.py").write_text(hooks, encoding="utf-8")
    return place


def found(site: Path):
    return find_departments(site, site / "none", packages=False)


def codes(problems):
    return [each.code for each in problems]


def chosen(site: Path, packs=(), **switches):
    return choose(
        found(site).departments,
        dict.fromkeys(packs),
        {id: (on, None) for id, on in switches.items()},
    )


def loaded(site: Path, **switches):
    return load_code(site, chosen(site, **switches).departments)


@pytest.mark.requirement("A-05")
@pytest.mark.requirement("P-13")
def test_departments_of_a_site_are_found_and_ordered_by_what_they_require(site):
    department(site, "b_sales", requires="a_stock")
    department(site, "a_stock", requires="c_base")
    department(site, "c_base")
    assert [each.id for each in chosen(site).departments] == ["c_base", "a_stock", "b_sales"]
    assert codes(found(site).problems) == []


def test_a_circle_is_printed_from_its_smallest_name(site):
    department(site, "gamma", requires="alpha")
    department(site, "alpha", requires="beta")
    department(site, "beta", requires="gamma")
    problems = chosen(site).problems
    assert codes(problems) == ["requires_cycle"]
    assert problems[0].message.en.endswith("alpha → beta → gamma → alpha")
    assert problems[0].place.file == "plugins/alpha/plugin.yaml"


def test_a_missing_requirement_names_the_line(site):
    department(site, "sales", requires="stock")
    problems = chosen(site).problems
    assert codes(problems) == ["requires_unknown"]
    assert (problems[0].place.file, problems[0].place.line) == ("plugins/sales/plugin.yaml", 4)


def test_a_requirement_that_is_switched_off_is_a_note(site):
    department(site, "sales", requires="stock")
    department(site, "stock")
    result = chosen(site, stock=False)
    assert codes(result.problems) == ["requires_switched_off"]
    assert result.problems[0].severity == "note"
    assert [(each.id, each.enabled) for each in result.departments] == [("stock", False), ("sales", True)]


def test_the_folder_must_be_called_like_the_department(site):
    department(site, "sales", folder="selling")
    assert codes(found(site).problems) == ["folder_name"]


def test_the_same_id_twice_names_both_places(site):
    department(site, "sales")
    pack = site / "config" / "packs" / "sales"
    pack.mkdir(parents=True)
    (pack / "plugin.yaml").write_text(MANIFEST.format(id="sales", requires=""), encoding="utf-8")
    problems = found(site).problems
    assert codes(problems) == ["department_twice"]
    assert problems[0].related[0][0].file == "plugins/sales/plugin.yaml"


def test_a_folder_without_manifest_is_pointed_out(site):
    (site / "plugins" / "empty").mkdir(parents=True)
    assert codes(found(site).problems) == ["no_manifest"]


def test_a_pack_is_used_when_it_is_listed_or_required(site):
    for id, requires in (("one", ""), ("two", "one"), ("three", "")):
        pack = site / "config" / "packs" / id
        pack.mkdir(parents=True)
        (pack / "plugin.yaml").write_text(MANIFEST.format(id=id, requires=requires), encoding="utf-8")
    assert [each.id for each in chosen(site).departments] == []
    assert [each.id for each in chosen(site, packs=["two"]).departments] == ["one", "two"]


def test_an_unknown_pack_and_an_unknown_department_are_problems(site):
    assert codes(chosen(site, packs=["none"], nobody=False).problems) == ["pack_unknown", "department_unknown"]


def test_the_code_of_a_department_is_called_by_its_full_id(site):
    department(site, "greeting", manifest=GREETING_MANIFEST, hooks=GREETING)
    code = loaded(site)
    assert codes(code.problems) == []
    assert list(code.actions) == ["greeting.greet"]


def test_a_department_that_is_switched_off_is_not_imported(site):
    department(site, "greeting", manifest=GREETING_MANIFEST, hooks="raise RuntimeError('imported')")
    code = loaded(site, greeting=False)
    assert codes(code.problems) == []
    assert not [name for name in sys.modules if mount_name(site) in name]


def test_two_sites_with_the_same_department_live_in_one_process(tmp_path):
    path_before = list(sys.path)
    for name in ("one", "two"):
        site = tmp_path / name
        department(site, "greeting", manifest=GREETING_MANIFEST, hooks=GREETING.replace("hello", name))
    answers = [loaded(tmp_path / name).actions["greeting.greet"] for name in ("one", "two")]
    assert answers[0].__module__ != answers[1].__module__
    assert answers[0].__code__.co_consts != answers[1].__code__.co_consts
    assert sys.path == path_before
    assert "hooks" not in sys.modules
    for name in ("one", "two"):
        unmount(mount_name(tmp_path / name))


def test_relative_imports_inside_a_department_work(site):
    folder = department(
        site,
        "greeting",
        manifest=GREETING_MANIFEST,
        hooks=GREETING.replace("async def greet(context):", "from .words import greet\nasync def other(context):"),
    )
    (folder / "words.py").write_text("async def greet(context):\n    return None\n", encoding="utf-8")
    assert codes(loaded(site).problems) == []


def test_an_exception_in_the_import_names_department_file_and_line(site):
    department(site, "greeting", manifest=GREETING_MANIFEST, hooks="import os\n\n1 / 0\n")
    problems = loaded(site).problems
    assert codes(problems) == ["hooks_failed"]
    assert (problems[0].place.file, problems[0].place.line) == ("plugins/greeting/hooks.py", 3)
    assert "greeting" in problems[0].message.en
    assert "ZeroDivisionError" in problems[0].message.en


def test_a_syntax_error_names_the_line(site):
    department(site, "greeting", manifest=GREETING_MANIFEST, hooks="x = 1\ndef broken(:\n")
    problems = loaded(site).problems
    assert codes(problems) == ["hooks_failed"]
    assert problems[0].place.line == 2


def test_an_exception_in_a_hook_is_a_problem_of_its_line(site):
    department(
        site,
        "greeting",
        manifest=GREETING_MANIFEST,
        hooks=GREETING.replace('return {"greet": greet}', "raise ValueError('no')"),
    )
    problems = loaded(site).problems
    assert codes(problems)[0] == "hooks_failed"
    assert problems[0].place.line == 9


def test_one_broken_department_does_not_stop_the_others(site):
    department(site, "greeting", manifest=GREETING_MANIFEST, hooks=GREETING)
    department(site, "another", hooks="1 / 0")
    code = loaded(site)
    assert codes(code.problems) == ["hooks_failed"]
    assert list(code.actions) == ["greeting.greet"]


def test_a_misspelt_hook_gets_the_right_name(site):
    department(
        site,
        "greeting",
        manifest=GREETING_MANIFEST,
        hooks=GREETING + "\n@hookimpl\ndef ordinance_action():\n    return {}\n",
    )
    problems = loaded(site).problems
    assert codes(problems) == ["hook_unknown"]
    assert "ordinance_actions" in problems[0].remedy.en


def test_a_wrong_argument_names_hook_and_argument(site):
    department(
        site,
        "greeting",
        manifest=GREETING_MANIFEST,
        hooks=GREETING.replace("def ordinance_actions():", "def ordinance_actions(database):"),
    )
    problems = loaded(site).problems
    assert codes(problems) == ["hook_arguments"]
    assert "database" in problems[0].message.en


def test_a_hook_without_its_mark_is_pointed_out(site):
    department(site, "greeting", manifest=GREETING_MANIFEST, hooks=GREETING.replace("@hookimpl", ""))
    assert codes(loaded(site).problems)[0] == "hook_unmarked"


def test_a_hook_must_answer_with_a_mapping(site):
    department(site, "greeting", manifest=GREETING_MANIFEST, hooks=GREETING.replace('{"greet": greet}', "[greet]"))
    assert codes(loaded(site).problems)[0] == "hook_answer"


def test_an_action_must_be_async(site):
    department(site, "greeting", manifest=GREETING_MANIFEST, hooks=GREETING.replace("async def", "def"))
    assert codes(loaded(site).problems) == ["hook_not_callable"]


def test_code_without_declaration_and_declaration_without_code(site):
    department(site, "greeting", manifest=GREETING_MANIFEST, hooks=GREETING.replace('"greet": greet', '"gret": greet'))
    problems = loaded(site).problems
    assert codes(problems) == ["action_without_code", "action_undeclared"]
    assert "greeting.greet" in problems[1].remedy.en


def test_the_way_back_of_an_action_needs_code_too(site):
    department(site, "greeting", manifest=GREETING_MANIFEST.replace("undo: forget", "undo: part"), hooks=GREETING)
    problems = loaded(site).problems
    assert codes(problems) == ["action_without_code"]
    assert "greeting.part" in problems[0].message.en


@pytest.mark.parametrize("section", ["checks", "values", "functions", "field_types"])
def test_every_kind_is_held_against_its_declaration(site, section):
    word = section.removesuffix("s")
    declared = {"values": "{of: [order], type: text}"}.get(section, "{}")
    manifest = f"schema: 1\nid: greeting\n{section}:\n  there: {declared}\n"
    key = '("order", "here")' if section == "values" else '"here"'
    hooks = f"from ordinance import hookimpl\nasync def answer(*a): ...\n@hookimpl\ndef ordinance_{section}():\n"
    hooks += f"    return {{{key}: answer}}\n"
    department(site, "greeting", manifest=manifest, hooks=hooks)
    assert codes(loaded(site).problems) == [f"{word}_without_code", f"{word}_undeclared"]


def test_ties_are_broken_by_name(site):
    for id in ("c", "a", "b"):
        department(site, id)
    ordered, problems = in_order(found(site).departments)
    assert [each.id for each in ordered] == ["a", "b", "c"]
    assert problems == ()


def test_a_package_without_a_folder_is_a_problem(site, tmp_path):
    info = tmp_path / "packages" / "acme_greeting-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-greeting\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[ordinance.departments]\ngreeting = acme_greeting\n")
    sys.path.insert(0, str(info.parent))
    try:
        assert "package_without_folder" in codes(find_departments(site, site / "none").problems)
        package = info.parent / "acme_greeting"
        package.mkdir()
        (package / "__init__.py").write_text("raise RuntimeError('imported')\n")
        (package / "plugin.yaml").write_text(GREETING_MANIFEST, encoding="utf-8")
        result = find_departments(site, site / "none")
        assert result.departments["greeting"].source == "package"
        assert "acme_greeting" not in sys.modules
    finally:
        sys.path.remove(str(info.parent))
