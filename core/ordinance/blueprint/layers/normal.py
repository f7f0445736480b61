"""One file in canonical form: lists become maps from id to body, short forms are written out, places are kept.

What does not fit the shapes is passed over without a word: validation has said it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from ordinance.blueprint.layers.layer import Layer, Part
from ordinance.blueprint.layers.nodes import Branch, Leaf, Node, Writer, Writers
from ordinance.problems import Problem, Text, problem
from ordinance.shapes.grammar import Bag, FileNode, Group, Phrase, Raw, Scalar, Table, files
from ordinance.shapes.grammar import Node as Shape
from ordinance.shapes.schema import PATTERNS
from ordinance.yamlfile import Path, Tree

_NOTHING = ("", "~", "null")
_BOTH = frozenset({"zh", "en"})
_ITEM_KEYS = frozenset({"label", "basis", "enabled", "remove", "was"})
_PROPER = {name: re.compile(pattern).match for name, pattern in {**PATTERNS, "text": ""}.items()}
_FIRST_HERE = Text("第一次在这里", "the first one is here")


def normal_file(part: Part, layer: Layer, problems: list[Problem]) -> tuple[Branch, Branch]:
    """Return the named keys of a file, and all its other keys, both canonical.

    Args:
        part: The file.
        layer: Whose it is.
        problems: What is found is added here.
    """
    return _Normaliser(part.tree, layer, problems).file(files()[part.kind])


class _Normaliser:
    """Works on one file."""

    def __init__(self, tree: Tree, layer: Layer, problems: list[Problem]) -> None:
        self.tree = tree
        self.layer = layer
        self.problems = problems

    def by(self, path: Path) -> Writers:
        return (Writer(self.layer, self.tree.key_place(path)),)

    def file(self, node: FileNode) -> tuple[Branch, Branch]:
        data = self.tree.data
        named = {key: value for key, value in data.items() if key in node.fixed.keys}
        others = {key: value for key, value in data.items() if key not in node.fixed.keys and key != "schema"}
        fixed = self.group(node.fixed, named, ())
        if isinstance(node.each, Bag):
            return fixed, Branch({key: self.entry(node.each, value, (key,)) for key, value in others.items()})
        rows = self.table(node.each, others, ()) if isinstance(node.each, Table) else Branch()
        return fixed, Branch({key: _without_removal(rows.branch(key)) for key in rows.entries})

    def node(self, shape: Shape, value: Any, path: Path) -> Node | None:
        """Return a value in canonical form; None if it does not fit."""
        if isinstance(shape, Scalar):
            return self.text(value, path)
        if isinstance(shape, Raw):
            return self.raw(value, path)
        if isinstance(shape, Phrase):
            return self.phrase(value, path)
        if isinstance(shape, Table):
            return self.table(shape, value, path)
        if isinstance(shape, Bag):
            return self.bag(shape, value, path)
        return self.group(shape, value, path)

    def text(self, value: Any, path: Path) -> Leaf | None:
        if not isinstance(value, str):
            return None
        return Leaf(value, (Writer(self.layer, self.tree.place(path)),))

    def raw(self, value: Any, path: Path) -> Node:
        if isinstance(value, dict):
            return Branch({key: self.raw(each, (*path, key)) for key, each in value.items()}, self.by(path))
        return Leaf(value, (Writer(self.layer, self.tree.place(path)),))

    def phrase(self, value: Any, path: Path) -> Branch | None:
        if isinstance(value, str):
            leaf = self.text(value, path)
            assert leaf is not None
            return Branch({"zh": leaf, "en": leaf}, self.by(path))
        if not isinstance(value, dict):
            return None
        words = {key: self.text(each, (*path, key)) for key, each in value.items() if key in _BOTH}
        return Branch({key: leaf for key, leaf in words.items() if leaf}, self.by(path))

    def table(self, shape: Table, value: Any, path: Path) -> Branch:
        entries = {key: self.node(shape.value, each, (*path, key)) for key, each in _map(value).items()}
        return Branch({key: node for key, node in entries.items() if node}, self.by(path))

    def group(self, shape: Group, value: Any, path: Path, rest: str = "") -> Branch:
        entries: dict[str, Node] = {}
        more: dict[str, Any] = {}
        for key, each in _map(value).items():
            if key in shape.keys:
                if (node := self.node(shape.keys[key].node, each, (*path, key))) is not None:
                    entries[key] = node
            elif rest:
                more[key] = each
        if more:
            below = entries.get(rest)
            found = self.node(shape.keys[rest].node, more, path)
            if isinstance(found, Branch):
                extra = below.entries if isinstance(below, Branch) else {}
                entries[rest] = replace(found, entries={**extra, **found.entries})
        return _without_removal(Branch(entries, self.by(path)))

    def bag(self, bag: Bag, value: Any, path: Path, *, adds: bool = False) -> Branch:
        """Return a map from id to body, whichever way it was typed."""
        adds = adds or bag.form.adds
        if isinstance(value, list):
            entries, is_whole = self.listed(bag, value, path), True
        elif isinstance(value, str) and value not in _NOTHING:
            entries, is_whole = self.listed(bag, [value], path, alone=True), True
        elif isinstance(value, dict) and bag.form.listed == "parties" and isinstance(value.get("field"), str):
            entries, is_whole = {value["field"]: self.entry(bag, value, path)}, True
        elif isinstance(value, dict) and bag.form.single and value.keys() & (bag.body.keys.keys() - _ITEM_KEYS):
            entries, is_whole = {f"{bag.form.prefix}_1": self.entry(bag, value, path)}, False
        else:
            entries, is_whole = self.mapped(bag, _map(value), path), False
        return Branch(entries, self.by(path), is_whole=is_whole, adds_up=adds)

    def mapped(self, bag: Bag, value: dict[str, Any], path: Path) -> dict[str, Branch]:
        entries: dict[str, Branch] = {}
        for key, each in value.items():
            self.put(bag, entries, *self.named(bag, key, each, (*path, key)), (*path, key))
        return entries

    def listed(self, bag: Bag, items: list[Any], path: Path, *, alone: bool = False) -> dict[str, Branch]:
        entries: dict[str, Branch] = {}
        for index, item in enumerate(items):
            here = path if alone else (*path, index)
            if isinstance(item, str) and bag.form.listed != "numbered":
                self.put(bag, entries, item, self.entry(bag, "", here), here)
            elif isinstance(item, dict):
                id, branch, place = self.item(bag, item, here, len(entries) + 1)
                self.put(bag, entries, id, branch, place)
        return entries

    def item(self, bag: Bag, item: dict[str, Any], path: Path, number: int) -> tuple[str, Branch, Path]:
        """Return id, body and place of one item of a list: `{name: body}`, or a body that has no name."""
        form = bag.form
        if form.listed == "parties" and isinstance(item.get("field"), str):
            return item["field"], self.entry(bag, item, path), path
        if form.listed == "numbered" or (form.listed == "bindings" and form.prefix in item):
            name = item.get("as")
            id = name if isinstance(name, str) else f"{form.prefix}_{number}"
            return id, self.entry(bag, {key: each for key, each in item.items() if key != "as"}, path), path
        if len(item) != 1:
            return "", Branch(is_removed=True, has_hit=True), path
        ((key, body),) = item.items()
        return *self.named(bag, key, body, (*path, key)), (*path, key)

    def named(self, bag: Bag, key: str, body: Any, path: Path) -> tuple[str, Branch]:
        """Return the id and body of `{key: body}`; `as` gives a binding a name of its own."""
        if bag.form.listed != "bindings" or not isinstance(body, dict) or not isinstance(body.get("as"), str):
            return key, self.entry(bag, body, path)
        branch = self.entry(bag, {name: each for name, each in body.items() if name != "as"}, path)
        return body["as"], branch.having("uses", Leaf(key, self.by(path)))

    def put(self, bag: Bag, entries: dict[str, Branch], id: str, branch: Branch, path: Path) -> None:
        """Add an entry; what has no proper id was told by validation, what is there already is told here."""
        if not id or not _PROPER[bag.form.ids](id):
            return
        if id in entries:
            first = entries[id].writers[-1].place
            place = self.tree.key_place(path)
            self.problems.append(problem("listed_twice", place, related=((first, _FIRST_HERE),), id=id))
        else:
            entries[id] = branch

    def entry(self, bag: Bag, body: Any, path: Path) -> Branch:
        """Return the body that stands behind an id."""
        form, short = bag.form, bag.body.keys.get(bag.form.short)
        if short and isinstance(short.node, Phrase):
            return self.worded(bag.body, short.name, body, path)
        if short and isinstance(body, list | str) and body not in _NOTHING:
            if isinstance(short.node, Bag):
                return Branch({short.name: self.bag(short.node, body, path, adds=form.adds)}, self.by(path))
            value = self.node(short.node, body, path)
            return Branch({short.name: value} if value else {}, self.by(path))
        if form.listed == "bindings" and isinstance(body, dict) and body.get("each", "round") != "round":
            # `each: tasks` is an input of that name; only `each: round` is ours.
            body = {**body, "inputs": {**_map(body.get("inputs")), "each": body["each"]}}
            del body["each"]
            return self.with_each(bag, body, path)
        return self.group(bag.body, body, path, form.rest)

    def with_each(self, bag: Bag, body: dict[str, Any], path: Path) -> Branch:
        branch = self.group(bag.body, body, path, bag.form.rest)
        each = Leaf(body["inputs"]["each"], (Writer(self.layer, self.tree.place((*path, "each"))),))
        return branch.having("inputs", branch.branch("inputs").having("each", each))

    def worded(self, group: Group, key: str, body: Any, path: Path) -> Branch:
        """A body that may be its words alone: `done: {zh: 已完成}`."""
        if isinstance(body, str):
            words = self.phrase(body, path) if body not in _NOTHING else None
            return Branch({key: words} if words else {}, self.by(path))
        branch = self.group(group, body, path)
        if _map(body).keys() & _BOTH and (words := self.phrase(body, path)):
            return branch.having(key, words)
        return branch


def _map(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _without_removal(branch: Branch) -> Branch:
    """Turn `remove: true` and `replace: true` from keys into what they mean."""
    removed, whole = branch.leaf("remove") == "true", branch.leaf("replace") == "true"
    if not branch.entries.keys() & {"remove", "replace"}:
        return branch
    entries = {key: node for key, node in branch.entries.items() if key not in ("remove", "replace")}
    return replace(branch, entries=entries, is_removed=removed, is_whole=whole)
