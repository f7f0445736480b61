"""Schemas for editors: they know the names of the site, accept every shipped file, and each of those names its own."""

import json
import re
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from ordinance.commands import main
from ordinance.commands.schema import site_schemas
from ordinance.shapes import kind_of
from ordinance.shapes.grammar import Bag, Scalar, Table, files
from ordinance.shapes.refers import REFERS

ROOT = Path(__file__).parents[2]
SHIPPED = [
    ROOT / "workflows.yaml",
    ROOT / "roles.yaml",
    *sorted((ROOT / "config").rglob("*.yaml")),
    *sorted((ROOT / "plugins").rglob("*.yaml")),
    *sorted((ROOT / "core/docs/guide").rglob("*.yaml")),
]
_FIRST = re.compile(r"# yaml-language-server: \$schema=(\S+)")


@pytest.fixture(scope="module")
def made():
    return {name: json.loads(text) for name, text in (site_schemas(ROOT) or {}).items()}


def judge(schema, name, text):
    return [each.message for each in Draft202012Validator(schema[f"{name}.json"]).iter_errors(YAML(typ="safe").load(text))]


def name_of(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SHIPPED, ids=name_of)
def test_every_shipped_file_names_the_schema_of_its_kind_in_its_first_line(path):
    named = _FIRST.fullmatch(path.read_text("utf-8").split("\n", 1)[0])
    assert named, f"{name_of(path)} does not begin with the line of its schema"
    target = (path.parent / named[1]).resolve()
    assert target == ROOT / "config/schemas" / f"{kind_of(path)}.json"
    assert target.is_file()


def test_the_site_s_own_schemas_are_current():
    made = site_schemas(ROOT)
    assert {path.name: path.read_text("utf-8") for path in (ROOT / "config/schemas").iterdir()} == made


@pytest.mark.parametrize("path", SHIPPED, ids=name_of)
def test_an_editor_accepts_every_shipped_file(made, path):
    data = _keys_as_texts(YAML(typ="safe").load(path.read_text("utf-8")))
    validator = Draft202012Validator(made[f"{kind_of(path)}.json"])
    assert [f"{list(each.absolute_path)}: {each.message}" for each in validator.iter_errors(data)] == []


def _keys_as_texts(value):
    if isinstance(value, dict):
        return {str(key): _keys_as_texts(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_keys_as_texts(each) for each in value]
    return value if isinstance(value, str | bool | int | float | None) else str(value)


def test_schemas_are_schemas(made):
    for schema in made.values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(
    ("kind", "names", "some"),
    [
        ("workflows", "actions", {"sales.publish_product", "inventory.reserve"}),
        ("workflows", "checks", {"sales.price_policy"}),
        ("workflows", "events", {"sales.product_published"}),
        ("workflows", "roles", {"order_reviewer", "customer"}),
        ("workflows", "steps", {"finance_review", "goods_back"}),
        ("workflows", "fields", {"lines.quantity", "customer"}),
        ("workflows", "offered_steps", {"sales.order_review"}),
        ("company", "departments", {"sales", "hr"}),
        ("entities", "types", {"money", "lines"}),
        ("entities", "entities", {"sales_order", "employee"}),
        ("roles", "rights", {"sales_order.export", "return_order.reject"}),
        ("scenarios", "lanes", {"cancel", "reject"}),
    ],
)
def test_a_schema_knows_the_names_of_the_departments(made, kind, names, some):
    found = made[f"{kind}.json"]["$defs"][names]["anyOf"][0]["enum"]
    assert some <= set(found)
    assert found == sorted(set(found))


def test_names_are_offered_as_keys_and_in_lists(made):
    assert "sales_order.ship" in made["company.json"]["$defs"]["keys_toggles"]["properties"]
    step = made["workflows.json"]["$defs"]["Step"]["properties"]
    assert step["does"]["allOf"] == [{"$ref": "#/$defs/keys_actions"}]
    assert "inventory.reserve" in made["workflows.json"]["$defs"]["keys_actions"]["properties"]
    assert step["back_to"]["items"]["else"] == {"$ref": "#/$defs/steps"}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("schema: 1\nw: {steps: {s: {does: [brand_new.action], by: [somebody_else]}}}\n", False),
        ("schema: 1\nw: {steps: {s: {does: [Not An Id]}}}\n", True),
        ("schema: 1\nw: {steps: {s: {by: order_reviewer}}}\n", False),
        ("schema: 1\nw: {steps: {s: {by: Order Reviewer}}}\n", True),
        ("schema: 1\nw: {steps: {s: {byy: [order_reviewer]}}}\n", True),
        ("schema: 1\nw: {number: {at: not yet}}\n", True),
    ],
)
def test_a_name_that_is_not_known_yet_is_as_good_and_no_name_is_none(made, text, wrong):
    assert bool(judge(made, "workflows", text)) is wrong


def test_every_reference_is_to_a_key_that_there_is():
    structs = {}

    def visit(node):
        group = getattr(node, "body", node)
        if isinstance(node, Table):
            visit(node.value)
        elif hasattr(group, "keys") and group.name not in structs:
            structs[group.name] = group
            for key in group.keys.values():
                visit(key.node)

    for each in files().values():
        visit(each.fixed)
        if each.each is not None:
            visit(each.each)
    for name in REFERS:
        struct, _, key = name.partition(".")
        if not key:
            assert name in files()
            continue
        assert key in structs[struct].keys, name
        assert isinstance(structs[struct].keys[key].node, Scalar | Bag | Table), name


@pytest.fixture
def company(tmp_path):
    folder = tmp_path / "company"
    assert main(["init", str(folder)]) == 0
    return folder


def test_the_command_says_what_is_not_current_and_mends_it(company, capsys):
    assert main(["schema", "--site", str(company), "--check"]) == 0
    (company / "config/entities.yaml").write_text("schema: 1\nbicycle: {label: 自行车, key: code, fields: {code: {type: text, label: 编号}}}\n", "utf-8")
    capsys.readouterr()
    assert main(["schema", "--site", str(company), "--check"]) == 1
    assert "config/schemas/workflows.json is not current: run ordinance schema" in capsys.readouterr().out
    assert main(["schema", "--site", str(company)]) == 0
    assert "bicycle" in (company / "config/schemas/entities.json").read_text("utf-8")
    assert main(["schema", "--site", str(company), "--check"]) == 0


def test_the_command_writes_where_it_is_told(company, tmp_path):
    shutil.rmtree(company / "config/schemas")
    assert main(["schema", "--site", str(company), "--out", str(tmp_path / "here")]) == 0
    assert (tmp_path / "here/scenarios.json").is_file()
    assert not (company / "config/schemas").exists()
    assert main(["schema", "--site", str(tmp_path)]) == 2
