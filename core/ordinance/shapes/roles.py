"""Permissions, roles and duties.

Source: language.md §4.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import field

from ordinance.shapes.items import DottedNames, Expression, Form, Item, Name, Names, Words, doc

Rules = dict[str, Expression]
"""Entity to the condition a record must meet."""


class Permission(Item, frozen=True):
    """A named right: what it gives, and who alone may have it."""

    gives: Annotated[DottedNames, doc("给予：实体.动作 或 流程.环节", "rights: entity.verb or workflow.step")] = field(
        default_factory=dict
    )
    only: Annotated[Names, doc("仅限这些角色", "other roles that have it are a problem")] = field(default_factory=dict)
    where: Annotated[Rules, doc("仅对符合条件的记录", "by entity: only records for which this is true")] = field(
        default_factory=dict
    )


class Grant(Item, frozen=True):
    """What a role may: a permission by its id, or an entity with verbs and steps."""

    verbs: Annotated[Names, doc("动作、环节、支线", "verbs, steps and lanes; empty for a permission")] = field(
        default_factory=dict
    )


class Role(Item, frozen=True):
    """A set of rights that accounts are given."""

    about: Annotated[Words | None, doc("说明", "what it is for")] = None
    may: Annotated[
        Annotated[dict[str, Grant], Form(short="verbs", rest="verbs", adds=True)],
        doc("权限：标识列表，或 {实体: [动作、环节]}", "permissions, or {entity: [verbs, steps]}"),
    ] = field(default_factory=dict)
    where: Annotated[Rules, doc("仅对符合条件的记录", "by entity: only records for which this is true")] = field(
        default_factory=dict
    )
    fields: Annotated[
        dict[str, dict[str, Literal["hidden", "masked", "read", "write"]]],
        doc("字段可见性", "by entity and field: hidden, masked, read"),
    ] = field(default_factory=dict)
    of: Annotated[Name, doc("账号所属的实体", "binds an account to one record of this entity; opens the portal")] = ""
    accounts: Annotated[int | None, doc("最多几个账号", "how many accounts may have it, for each record of `of`")] = (
        None
    )
    kind: Annotated[Literal["person", "system"], doc("person 或 system", "system: a key instead of a password")] = (
        "person"
    )
    second_factor: Annotated[bool, doc("须第二重验证", "signs in with a second factor")] = False


class Duty(Item, frozen=True):
    """Steps or permissions that one person may not both have."""

    apart: Annotated[DottedNames, doc("须分开的环节或权限", "steps or permissions kept apart")] = field(
        default_factory=dict
    )
