"""Put the files of a layer where they belong in the tree of the site."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ordinance.blueprint.layers.layer import Layer, Part
from ordinance.blueprint.layers.nodes import Branch, Leaf, Node
from ordinance.blueprint.layers.normal import normal_file
from ordinance.blueprint.layers.overlay import place_of
from ordinance.problems import Problem, did_you_mean, problem
from ordinance.shapes import KINDS

_OWN = frozenset({"id", "label", "about", "requires", "basis"})
_DECLARED = ("actions", "checks", "events", "values")
_LOCAL_NAMES = {"actions": ("after", "emits")}
_ENDS_OF_UNDO = frozenset({"", "keep", "forget", "never"})


def sections_of(layer: Layer, problems: list[Problem]) -> dict[str, Branch]:
    """Return what a layer says, by section of the site: entities, workflows, roles.

    Args:
        layer: The layer.
        problems: What is found is added here.
    """
    found: dict[str, Branch] = {}
    for part in layer.trees:
        for section, branch in _of_part(part, layer, problems).items():
            found[section] = _joined(found[section], branch) if section in found else branch
    return found


def _of_part(part: Part, layer: Layer, problems: list[Problem]) -> dict[str, Branch]:
    if part.kind in ("scenarios", "mapping"):
        return {}
    fixed, others = normal_file(part, layer, problems)
    sections = {key: node for key, node in fixed.entries.items() if isinstance(node, Branch)}
    if part.kind == "company":
        guide = sections.pop("guide", Branch())
        own = Branch({key: node for key, node in fixed.entries.items() if key != "guide"}, fixed.writers)
        return {"company": own, "guide": guide}
    if part.kind == "data":
        return {"data": Branch({part.subject: others})}
    if part.kind == "plugin":
        sections = {key: node for key, node in sections.items() if key not in _OWN}
        for section in _DECLARED:
            if section in sections:
                sections[section] = _qualified(section, sections[section], layer, problems)
    if "catalogue" in sections:
        sections["catalogue"] = _offers(sections["catalogue"], layer)
    if others.entries:
        sections[KINDS[part.kind].section] = others
    return sections


def _joined(first: Branch, second: Branch) -> Branch:
    """Put two files of one layer side by side; what both say, they say together."""
    entries: dict[str, Node] = dict(first.entries)
    for key, node in second.entries.items():
        there = entries.get(key)
        entries[key] = _joined(there, node) if isinstance(there, Branch) and isinstance(node, Branch) else node
    return replace(second, entries=entries)


def _qualified(section: str, branch: Branch, layer: Layer, problems: list[Problem]) -> Branch:
    """Give declared ids their department: `reserve` of inventory is `inventory.reserve`."""
    entries: dict[str, Node] = {}
    for id, node in branch.entries.items():
        if "." in id and not id.startswith(f"{layer.name}."):
            problems.append(problem("foreign_id", place_of(node), id=id, department=layer.name))
        elif isinstance(node, Branch):
            entries[_full(id, layer)] = _with_full_names(section, node, layer)
    return replace(branch, entries=entries)


def _with_full_names(section: str, node: Branch, layer: Layer) -> Branch:
    for key in _LOCAL_NAMES.get(section, ()):
        if key in node.entries:
            names = node.branch(key)
            node = node.having(key, replace(names, entries={_full(id, layer): at for id, at in names.entries.items()}))
    undo = node.entries.get("undo")
    if isinstance(undo, Leaf) and undo.value not in _ENDS_OF_UNDO:
        node = node.having("undo", Leaf(_full(undo.value, layer), undo.writers))
    return node


def _full(id: str, layer: Layer) -> str:
    return id if "." in id else f"{layer.name}.{id}"


def _offers(catalogue: Branch, layer: Layer) -> Branch:
    """Give offered steps and lanes their department; the company's own word is resolved when it meets the others."""
    if layer.is_company:
        return catalogue

    def full(things: Branch, _entity: str, _kind: str) -> Branch:
        return replace(things, entries={_full(id, layer): node for id, node in things.entries.items()})

    return _each_offer(catalogue, full)


def resolved_offers(upper: Branch, lower: Branch, problems: list[Problem]) -> Branch:
    """Return what the company says about offered steps, with the ids the departments gave them."""

    def resolved(things: Branch, entity: str, kind: str) -> Branch:
        known = lower.branch(entity).branch(kind).entries
        entries: dict[str, Node] = {}
        for id, node in things.entries.items():
            meant = [each for each in known if each == id or each.endswith(f".{id}")]
            if len(meant) == 1:
                entries[meant[0]] = node
            else:
                code = "ambiguous_offer" if meant else "unknown_offer"
                remedy = None if meant else did_you_mean(id, known)
                problems.append(problem(code, place_of(node), id=id, offers=", ".join(meant), remedy=remedy))
        return replace(things, entries=entries)

    return _each_offer(upper, resolved)


def _each_offer(catalogue: Branch, change: Callable[[Branch, str, str], Branch]) -> Branch:
    """Return a catalogue with the steps and the lanes of every entity changed."""
    entries: dict[str, Node] = {}
    for entity, node in catalogue.entries.items():
        offer = node if isinstance(node, Branch) else Branch()
        things = {
            kind: change(offer.branch(kind), entity, kind) for kind in ("steps", "lanes") if kind in offer.entries
        }
        entries[entity] = replace(offer, entries={**offer.entries, **things})
    return replace(catalogue, entries=entries)
