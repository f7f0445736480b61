"""What all shapes share: words in two languages, things with an id, and the marks that say how they may be typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta, Struct


def doc(zh: str, en: str) -> Meta:
    """Return the description of one key in both languages; it reaches editors and the reference page."""
    return Meta(description=en, extra={"zh": zh})


@dataclass(frozen=True, slots=True)
class Kind:
    """What a scalar is: how its text is read, and what is said when it cannot be."""

    name: Literal["text", "expression", "span", "path", "name", "enabled", "date", "decimal", "hours", "zone", "due"]


@dataclass(frozen=True, slots=True)
class Form:
    """How a map from id to body may be typed besides that.

    `listed`: `names` a list of ids (`[a, {b: {…}}]`, or one id alone); `numbered` a list of bodies, each getting the
    id `prefix` and its place; `bindings` names with their inputs; `parties` roles, or `{field: f}`; `no` only a map.
    `short`: the key that a body stands for when it is a text (or words, for a `label`). `ids`: what an id looks like.
    `rest`: the key that collects what the body does not know by name. `adds`: lists of several packs add up.
    `single`: the map may also be one body. `ordered`: `after` and `before` place what is new.
    """

    listed: Literal["names", "numbered", "bindings", "parties", "no"] = "names"
    ids: Literal["id", "path", "dotted", "code", "text"] = "id"
    short: str = ""
    prefix: str = ""
    rest: str = ""
    adds: bool = False
    single: bool = False
    ordered: bool = False


class Shape(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The base of every struct here: frozen, keys by name, nothing unknown."""


class Words(Shape, frozen=True):
    """Words for people; a plain text stands for both languages."""

    zh: Annotated[str, doc("中文", "in Chinese")] = ""
    en: Annotated[str, doc("英文", "in English")] = ""


class Named(Shape, frozen=True):
    """Anything that has an id: it can be named, justified, taken away and renamed."""

    label: Annotated[Words | None, doc("名称", "its name")] = None
    basis: Annotated[Words | None, doc("依据的法规、条款或制度", "the law, article or policy it rests on")] = None
    remove: Annotated[bool, doc("去掉下层已有的这一项", "takes away what a lower layer brought")] = False
    was: Annotated[str, doc("旧标识", "the id it had before")] = ""


class Item(Named, frozen=True):
    """Anything that has an id and a plain switch."""

    enabled: Annotated[bool, doc("是否启用", "false switches it off")] = True


class Mention(Item, frozen=True):
    """A name in a list; in the map form it can be taken away again."""


Expression = Annotated[str, Kind("expression")]
SpanText = Annotated[str, Kind("span")]
PathText = Annotated[str, Kind("path")]
Name = Annotated[str, Kind("name")]

Names = Annotated[dict[str, Mention], Form()]
"""Ids in order: roles, steps, permissions."""
DottedNames = Annotated[dict[str, Mention], Form(ids="dotted")]
"""Ids with their department or workflow: `sales_order.submit`."""
Paths = Annotated[dict[str, Mention], Form(ids="path")]
"""Fields of a document: `address`, `lines.price`, `customer.credit_limit`."""
Texts = Annotated[dict[str, Mention], Form(ids="text")]
"""Any texts in order."""
