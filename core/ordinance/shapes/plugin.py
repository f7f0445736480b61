"""A department or a pack: `plugin.yaml`, and what it declares for `hooks.py` to carry out.

Source: language.md §1 and §4; the form of a declared action is that of actions.
"""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import field

from ordinance.shapes.company import Guides, Messages
from ordinance.shapes.entities import Entity
from ordinance.shapes.items import DottedNames, Form, Item, Name, Names, Paths, Shape, Words, doc
from ordinance.shapes.portals import Portal, Scan
from ordinance.shapes.prints import Print
from ordinance.shapes.reports import Dashboard, Report
from ordinance.shapes.roles import Duty, Permission, Role
from ordinance.shapes.workflows import Offer, Workflow


class Action(Item, frozen=True):
    """What the system does on a step; `undo` is always said."""

    about: Annotated[Words | None, doc("说明", "what it does")] = None
    needs: Annotated[Paths, doc("必需的输入", "inputs that must be there")] = field(default_factory=dict)
    reads: Annotated[Paths, doc("其他输入", "inputs it takes if they are there")] = field(default_factory=dict)
    writes: Annotated[Paths, doc("填写的字段", "fields of the document it fills")] = field(default_factory=dict)
    after: Annotated[DottedNames, doc("须先发生的动作", "actions that must have happened on this document")] = field(
        default_factory=dict
    )
    undo: Annotated[Name, doc("撤销动作，或 keep forget never", "another action, or keep, forget, never")] = ""
    witness: Annotated[bool, doc("记录实物事实", "records a physical fact")] = False
    emits: Annotated[DottedNames, doc("发出的事件", "events it emits")] = field(default_factory=dict)


class Parameter(Item, frozen=True):
    """One parameter of a check, or one value that an event carries."""

    type: Annotated[Name, doc("类型", "its type: text, integer, duration, boolean …")] = "text"
    to: Annotated[Name, doc("引用的实体", "the entity, if its type is ref")] = ""
    options: Annotated[Names, doc("可取的值", "the values it may have")] = field(default_factory=dict)
    required: Annotated[bool, doc("必填", "must be given")] = False


Parameters = Annotated[dict[str, Parameter], Form(short="type")]


class Check(Item, frozen=True):
    """What may refuse a step."""

    about: Annotated[Words | None, doc("何时拒绝", "when it refuses")] = None
    reads: Annotated[Paths, doc("读取的字段", "fields it reads")] = field(default_factory=dict)
    parameters: Annotated[Parameters, doc("参数", "its parameters")] = field(default_factory=dict)


class Event(Item, frozen=True):
    """What happened; workflows may listen to it."""

    about: Annotated[Words | None, doc("何时发生", "when it happens")] = None
    carries: Annotated[Parameters, doc("携带的值", "values it carries: event.name in expressions")] = field(
        default_factory=dict
    )
    of: Annotated[Names, doc("相关实体", "entities it is about")] = field(default_factory=dict)


class Value(Item, frozen=True):
    """A read-only name for expressions, computed by the department."""

    about: Annotated[Words | None, doc("含义", "what it means")] = None
    of: Annotated[Paths, doc("所属实体或其明细，如 sales_order.lines", "the entity it belongs to, or entity.lines")] = (
        field(default_factory=dict)
    )
    type: Annotated[Name, doc("类型", "its type")] = ""
    to: Annotated[Name, doc("引用的实体", "the entity, if its type is ref")] = ""


class Function(Item, frozen=True):
    """A function for expressions."""

    about: Annotated[Words | None, doc("含义", "what it gives")] = None
    takes: Annotated[Any, doc("参数类型，依次", "the types of its arguments, in order")] = None
    gives: Annotated[Name, doc("结果类型，或实体", "the type it gives, or the entity")] = ""


class FieldType(Item, frozen=True):
    """A field type that the department registers."""

    about: Annotated[Words | None, doc("说明", "what it holds")] = None


class Plugin(Shape, frozen=True):
    """A department or a pack; a small one may be this one file with sections."""

    id: Annotated[Name, doc("标识，与文件夹同名", "its id, the name of its folder")] = ""
    label: Annotated[Words | None, doc("名称", "its name")] = None
    about: Annotated[Words | None, doc("说明", "what it is")] = None
    requires: Annotated[Names, doc("依赖的部门和流程包", "departments and packs it rests on")] = field(
        default_factory=dict
    )
    basis: Annotated[Words | None, doc("依据的法规、条款或制度", "the law, article or policy it rests on")] = None
    guide: Annotated[Guides, doc("首次登录引导", "tasks shown at first sign-in")] = field(default_factory=dict)
    actions: Annotated[Annotated[dict[str, Action], Form(listed="no", ids="dotted")], doc("动作", "what it can do")] = (
        field(default_factory=dict)
    )
    checks: Annotated[Annotated[dict[str, Check], Form(ids="dotted")], doc("检查", "what it can refuse")] = field(
        default_factory=dict
    )
    events: Annotated[Annotated[dict[str, Event], Form(ids="dotted")], doc("事件", "what it tells")] = field(
        default_factory=dict
    )
    values: Annotated[
        Annotated[dict[str, Value], Form(listed="no", ids="dotted")], doc("值", "names for expressions")
    ] = field(default_factory=dict)
    functions: Annotated[
        Annotated[dict[str, Function], Form(listed="no")], doc("函数", "functions for expressions")
    ] = field(default_factory=dict)
    field_types: Annotated[Annotated[dict[str, FieldType], Form()], doc("字段类型", "field types it registers")] = (
        field(default_factory=dict)
    )
    entities: Annotated[Annotated[dict[str, Entity], Form(listed="no")], doc("实体", "its entities")] = field(
        default_factory=dict
    )
    catalogue: Annotated[
        Annotated[dict[str, Offer], Form(listed="no")], doc("环节目录", "steps and lanes it offers")
    ] = field(default_factory=dict)
    workflows: Annotated[Annotated[dict[str, Workflow], Form(listed="no")], doc("流程", "its workflows")] = field(
        default_factory=dict
    )
    permissions: Annotated[Annotated[dict[str, Permission], Form(listed="no")], doc("权限", "its permissions")] = field(
        default_factory=dict
    )
    roles: Annotated[Annotated[dict[str, Role], Form(listed="no")], doc("角色", "its roles")] = field(
        default_factory=dict
    )
    duties: Annotated[Annotated[dict[str, Duty], Form(listed="no")], doc("职责分离", "its duties kept apart")] = field(
        default_factory=dict
    )
    reports: Annotated[Annotated[dict[str, Report], Form(listed="no")], doc("报表", "its reports")] = field(
        default_factory=dict
    )
    prints: Annotated[Annotated[dict[str, Print], Form(listed="no")], doc("打印格式", "its print formats")] = field(
        default_factory=dict
    )
    portals: Annotated[Annotated[dict[str, Portal], Form(listed="no")], doc("门户", "what portals show")] = field(
        default_factory=dict
    )
    scans: Annotated[Annotated[dict[str, Scan], Form(listed="no")], doc("扫码核对", "what is scanned")] = field(
        default_factory=dict
    )
    dashboards: Annotated[
        Annotated[dict[str, Dashboard], Form(listed="no")], doc("概览", "tiles at a glance, by role")
    ] = field(default_factory=dict)
    messages: Annotated[Messages, doc("消息", "words sent to people")] = field(default_factory=dict)
