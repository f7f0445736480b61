"""Damaged files: thousands of them, each loads or gives a located problem, and never a traceback.

The seeds are our own files; the damage is what people, editors and disks do to them.
"""

import random
import re
from pathlib import Path

import pytest
from sizes import size

from ordinance.blueprint.layers import Layer, Part, merge
from ordinance.problems import render_github, render_json, render_text
from ordinance.shapes import build, kind_of
from ordinance.validation import check_tree
from ordinance.validation.check import _quick, _validator
from ordinance.yamlfile import parse

ROOT = Path(__file__).parents[2]
SEEDS = {
    str(path.relative_to(ROOT)): path.read_text("utf-8")
    for path in [
        *sorted(ROOT.glob("plugins/**/*.yaml")),
        *sorted(ROOT.glob("config/**/*.yaml")),
        ROOT / "workflows.yaml",
        ROOT / "roles.yaml",
    ]
}
PARTS = 20
WHOLE_EVERY = 50
VALUES = [
    "true",
    "yes",
    "~",
    "",
    "08",
    "2026-02-30",
    "1e999",
    "NaN",
    "[]",
    "{}",
    "[a, [b]]",
    "{a: {b: c}}",
    "'",
    '"',
    "!!int 1",
]
VALUES += [
    "&a x",
    "*a",
    "@x",
    "x: y",
    "x #y",
    "😀",
    "-1",
    "9" * 400,
    "a b c",
    "always",
    "{remove: true}",
    "lines.x",
    "[",
    "{{x}}",
]


WHOLE = {name: Part(kind_of(name), parse(text, name), Path(name).stem) for name, text in SEEDS.items()}


def whole_site(name, tree):
    """All our files as layers, with one of them damaged."""
    parts = {**WHOLE, name: Part(WHOLE[name].kind, tree, WHOLE[name].subject)}
    departments = {path.split("/")[1] for path in parts if path.startswith("plugins/")}
    layers = [
        Layer(id, 1, [part for path, part in parts.items() if path.startswith(f"plugins/{id}/")])
        for id in sorted(departments)
    ]
    own = [part for path, part in parts.items() if not path.startswith("plugins/")]
    return [*layers, Layer("company", 2, own, is_company=True)]


def spot(text, rng):
    return rng.randrange(len(text) + 1)


def insert(what):
    return lambda text, rng: text[: (at := spot(text, rng))] + what(rng) + text[at:]


def cut(text, rng):
    return text[: spot(text, rng)]


def drop(text, rng):
    at = spot(text, rng)
    return text[:at] + text[at + rng.randrange(1, 30) :]


def double_line(text, rng):
    lines = text.split("\n")
    at = rng.randrange(len(lines))
    return "\n".join([*lines[: at + 1], *lines[at:]])


def swap_lines(text, rng):
    lines = text.split("\n")
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return "\n".join(lines)


def indent(text, rng):
    lines = text.split("\n")
    at = rng.randrange(len(lines))
    lines[at] = rng.choice([" ", "\t", "   "]) + lines[at]
    return "\n".join(lines)


def rename(text, rng):
    names = re.findall(r"[a-z_]{3,}", text)
    if not names:
        return text
    name = rng.choice(names)
    return text.replace(
        name, rng.choice([name.upper(), f"{name}s", name[:-1], "on", "<<", "订单", "x" * 50]), rng.choice([1, -1])
    )


def revalue(text, rng):
    found = list(re.finditer(r": +([^,{}\[\]\n#]+)", text))
    if not found:
        return text  # nothing of the file was left by the damage before
    match = rng.choice(found)
    return text[: match.start(1)] + rng.choice(VALUES) + text[match.end(1) :]


def rebracket(text, rng):
    return re.sub(r"[{}\[\],:]", lambda match: rng.choice("{}[],: ") if rng.random() < 0.01 else match.group(), text)


def nest(text, rng):
    return text.replace("{", "{a: {" * rng.randrange(1, 60), 1)


DAMAGE = [
    cut,
    drop,
    double_line,
    swap_lines,
    indent,
    rename,
    revalue,
    revalue,
    rebracket,
    nest,
    insert(lambda rng: chr(rng.choice([0, 1, 7, 9, 11, 13, 27, 127, 0x85, 0x200B, 0x202E, 0x2028, 0xFEFF, 0x1F600]))),
    insert(
        lambda rng: rng.choice(
            ["\t", "- ", "? ", ": ", "|\n", ">-\n", "---\n", "...\n", "%YAML 1.1\n", "#", "'", '"', "<<: "]
        )
    ),
    lambda text, rng: "\ufeff" + text,
    lambda text, _: text.replace("\n", "\r\n"),
    lambda text, _: text.replace("\n", "\r"),
]


def damaged(text, rng):
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        text = rng.choice(DAMAGE)(text, rng)
    raw = text.encode("utf-8", "surrogatepass")
    if rng.random() < 0.05:
        at = rng.randrange(len(raw) + 1)
        raw = raw[:at] + bytes([rng.randrange(128, 256)]) + raw[at:]
    return raw


@pytest.mark.parametrize("part", range(PARTS))
def test_a_damaged_file_loads_or_gives_a_located_problem(part):
    names = sorted(SEEDS)
    for number in range(part, size("mutations"), PARTS):
        rng = random.Random(number)
        name = rng.choice(names)
        raw = damaged(SEEDS[name], rng)
        kind = kind_of(name)
        tree = parse(raw, name)
        checked = check_tree(tree, kind)
        result = merge([Layer("some", 1, [Part(kind, tree, "x")])])
        found = [*tree.problems, *checked, *result.problems]
        lines = tree.text.count("\n") + tree.text.count("\r") + 2
        for each in found:
            assert each.place, (number, each)
            assert each.place.file == name
            assert 1 <= each.place.line <= lines, (number, each)
            assert each.message.zh and each.message.en
        render_text(found, {name: tree.text}, "zh")
        render_github(found)
        render_json(found)
        if number % WHOLE_EVERY == 0:
            assert all(each.place for each in merge(whole_site(name, tree)).problems), number
        if not tree.problems and not checked:
            build(result.tree)
        if number % 10 == 0:
            assert _quick(kind)(tree.data) == _validator(kind).is_valid(tree.data), number
