"""The structs as a small tree of nodes: what schemas, layers and the reference page read instead of Python types.

    Node = Scalar | Phrase | Raw | Group | Bag | Table

Built once from the annotations; knows nothing of JSON Schema or of YAML.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from msgspec import Meta, Struct

from ordinance.problems import Text
from ordinance.shapes.files import KINDS, FileKind
from ordinance.shapes.items import Form, Kind, Words


@dataclass(frozen=True, slots=True)
class Scalar:
    """One text; `kind` says how it is read, `choices` what it may be."""

    kind: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words for people: a text, or `{zh, en}`."""


@dataclass(frozen=True, slots=True)
class Raw:
    """Anything: values of records, inputs of actions."""


@dataclass(frozen=True, slots=True)
class Table:
    """Name to value, such as entity to condition."""

    value: Node


@dataclass(frozen=True, slots=True)
class Bag:
    """Id to body; see `Form` for what else it may be typed as."""

    body: Group
    form: Form
    ids: Scalar | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a group, and what is said about it."""

    name: str
    node: Node
    about: Text


class Group:
    """A map with named keys. A group may contain itself (a field has fields), so it is compared by identity."""

    __slots__ = ("about", "keys", "name")

    def __init__(self, name: str, about: str) -> None:
        self.name = name
        self.about = about
        self.keys: dict[str, Key] = {}


Node = Scalar | Phrase | Raw | Table | Bag | Group

_groups: dict[type[Struct], Group] = {}


def group_of(struct: type[Struct]) -> Group:
    """Return the group of a struct; always the same one."""
    if struct in _groups:
        return _groups[struct]
    group = _groups[struct] = Group(struct.__name__, (struct.__doc__ or "").strip().split("\n")[0])
    hints = get_type_hints(struct, include_extras=True)
    for attribute, name in zip(struct.__struct_fields__, struct.__struct_encode_fields__, strict=True):
        group.keys[name] = Key(name, node_of(hints[attribute]), _about(hints[attribute]))
    return group


def node_of(hint: Any, form: Form | None = None, kind: str = "text") -> Node:
    """Return the node of an annotation; the outermost `Form` and `Kind` count."""
    origin = get_origin(hint)
    if origin is Annotated:
        inner, *marks = get_args(hint)
        forms = [mark for mark in marks if isinstance(mark, Form)]
        kinds = [mark.name for mark in marks if isinstance(mark, Kind)]
        return node_of(inner, form or (forms[-1] if forms else None), kinds[-1] if kinds else kind)
    if origin in (Union, UnionType):
        return node_of(next(each for each in get_args(hint) if each is not type(None)), form, kind)
    if origin is dict:
        key, value = get_args(hint)
        return _map_of(key, value, form)
    if origin is Literal:
        return Scalar("choice", tuple(each for each in get_args(hint) if each))
    return _plain(hint, kind)


def _plain(hint: Any, kind: str) -> Node:
    if hint is Words:
        return Phrase()
    if hint is Any:
        return Raw()
    if isinstance(hint, type) and issubclass(hint, Struct):
        return group_of(hint)
    return Scalar({bool: "boolean", int: "integer"}.get(hint, kind))


def _map_of(key: Any, value: Any, form: Form | None) -> Node:
    node = node_of(value)
    if isinstance(node, Group):
        ids = node_of(key)
        assert isinstance(ids, Scalar)
        return Bag(node, form or Form(), None if ids.kind == "text" else ids)
    return Table(node)


def _about(hint: Any) -> Text:
    metas = [mark for mark in getattr(hint, "__metadata__", ()) if isinstance(mark, Meta) and mark.description]
    return Text((metas[-1].extra or {}).get("zh", ""), metas[-1].description or "") if metas else Text()


@dataclass(frozen=True, slots=True)
class FileNode:
    """A whole file: its named keys, and what any other key is."""

    kind: FileKind
    fixed: Group
    each: Node | None


@cache
def files() -> Mapping[str, FileNode]:
    """Return the node of every kind of file."""
    return {
        name: FileNode(kind, group_of(kind.fixed), None if kind.each is None else node_of(kind.each))
        for name, kind in KINDS.items()
    }
