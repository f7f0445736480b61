"""The shapes of the language: described key by key, true for editors, canonical for the program."""

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from ordinance.shapes import KINDS, build, kind_of, reference, schemas, surface
from ordinance.shapes.grammar import Bag, Group, files
from ordinance.shapes.reference import keys

ROOT = Path(__file__).parents[2]
OURS = [
    *sorted(ROOT.glob("plugins/**/*.yaml")),
    *sorted(ROOT.glob("config/**/*.yaml")),
    ROOT / "workflows.yaml",
    ROOT / "roles.yaml",
]


def groups():
    seen: dict[str, Group] = {}

    def visit(node):
        if isinstance(node, Bag):
            node = node.body
        if isinstance(node, Group) and node.name not in seen:
            seen[node.name] = node
            for key in node.keys.values():
                visit(key.node)

    for file in files().values():
        visit(file.fixed)
        visit(file.each)
    return seen


def test_every_key_is_described_in_both_languages():
    silent = [
        f"{group.name}.{key.name}" for group in groups().values() for key in group.keys.values() if not key.about.zh
    ]
    silent += [
        f"{group.name}.{key.name}" for group in groups().values() for key in group.keys.values() if not key.about.en
    ]
    assert silent == []


def test_no_key_is_one_that_yaml_readers_take_for_a_boolean():
    taken = {"on", "off", "yes", "no", "y", "n", "true", "false", "null"}
    assert [key for group in groups().values() for key in group.keys if key in taken] == []


def test_the_keys_of_the_specification_are_all_there():
    wanted = {
        "Step": "label waiting taken help basis uses by when enabled assume together asks offers needs checks arriving "
        "does tells count differs_from opinion back_to due by_itself until queue assign ends after before remove was",
        "Workflow": "of when like opens number stages every_step steps lanes events switches ends replace",
        "Lane": "label by when at before asks changes does tells steps back_to ends",
        "Opening": "via from when copy draft event with every each",
        "Trigger": "when after before_due event pass lane tells adds with",
        "Entity": "label key title versioned append_only delete fields lists forms",
        "Field": "type to fields accepts label help required unique default from formula options visible_when "
        "required_when readonly_when options_when min max pattern scale unit currency rounding pii secret example back "
        "index search",
        "Permission": "label gives only where",
        "Role": "label may where fields of accounts kind second_factor",
        "Duty": "apart label enabled",
        "Act": "given at create step take send_back lane update toggle read event later now as via with reason call "
        "for expect",
        "Expectation": "waits_at status number done ended refused warned told did did_not undid assigned fields hides "
        "stock balance events opened same_as problem",
        "Plugin": "id label about requires basis guide",
    }
    known = groups()
    assert {name: set(text.split()) - set(known[name].keys) for name, text in wanted.items()} == {
        name: set() for name in wanted
    }


@pytest.mark.parametrize("kind", KINDS)
def test_schemas_are_schemas(kind):
    Draft202012Validator.check_schema(schemas()[kind])
    Draft202012Validator.check_schema(surface(kind))


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(ROOT)))
def test_an_editor_accepts_our_own_files(path):
    data = YAML(typ="safe").load(path.read_text("utf-8"))
    texts = _keys_as_texts(data)
    assert [error.message for error in Draft202012Validator(schemas()[kind_of(path)]).iter_errors(texts)] == []


def _keys_as_texts(value):
    if isinstance(value, dict):
        return {str(key): _keys_as_texts(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_keys_as_texts(each) for each in value]
    return value if isinstance(value, str | bool | int | float | None) else str(value)


def test_an_editor_shows_what_a_key_means():
    step = schemas()["workflows"]["$defs"]["Step"]["properties"]
    assert "仅" not in step["asks"]["description"]
    assert "must be filled on this form" in step["asks"]["description"]
    assert "此处必填" in step["asks"]["description"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("plugins/sales/plugin.yaml", "plugin"),
        ("config/company.yaml", "company"),
        ("config/data/product.yaml", "data"),
        ("plugins/sales/scenarios/a_b.yaml", "scenarios"),
        ("config/imports/orders.yaml", "mapping"),
        ("config/notes.txt", None),
        ("config/other.yaml", None),
    ],
)
def test_a_file_is_known_by_its_name_or_folder(path, kind):
    assert kind_of(path) == kind


def test_texts_become_typed_values():
    site = build(
        {
            "workflows": {
                "w": {"steps": {"s": {"count": "2", "enabled": "false", "by_itself": {"r": {"pass": "true"}}}}}
            },
            "roles": {"r": {"accounts": "1", "second_factor": "true", "label": {"zh": "null", "en": "true"}}},
        }
    )
    step = site.workflows["w"].steps["s"]
    assert (step.count, step.enabled, step.by_itself["r"].passes) == (2, "false", True)
    role = site.roles["r"]
    assert (role.accounts, role.second_factor, role.label.zh) == (1, True, "null")


def test_the_reference_page_has_every_key_and_no_dead_link():
    page = reference()
    assert all(f"`{key}`" in page for _, key in keys())
    headings = {line[3:].lower() for line in page.splitlines() if line.startswith("## ")}
    links = {part.split(")")[0] for part in page.split("](#")[1:]}
    assert links <= headings
