"""Which file says what, and the whole site as one value.

A *kind* is a kind of file; all kinds but three pour into the one site tree that layers merge.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import Annotated, Any

import msgspec
from msgspec import Struct, field

from ordinance.problems import Text
from ordinance.shapes.company import Company, Guide, Message, Messages
from ordinance.shapes.entities import Entity
from ordinance.shapes.items import Form, Shape, doc
from ordinance.shapes.plugin import Action, Check, Event, FieldType, Function, Plugin, Value
from ordinance.shapes.portals import Portal, Scan
from ordinance.shapes.prints import Print
from ordinance.shapes.reports import Dashboard, Mapping, Report, ReportsFile
from ordinance.shapes.roles import Duty, Permission, Role
from ordinance.shapes.scenarios import Scenario
from ordinance.shapes.workflows import Offer, Workflow


class Site(Shape, frozen=True):
    """All layers merged, in canonical form; declared actions, checks, events and values carry their department's id."""

    company: Company = field(default_factory=Company)
    entities: dict[str, Entity] = field(default_factory=dict)
    catalogue: dict[str, Offer] = field(default_factory=dict)
    workflows: dict[str, Workflow] = field(default_factory=dict)
    permissions: dict[str, Permission] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    duties: dict[str, Duty] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)
    dashboards: dict[str, Dashboard] = field(default_factory=dict)
    prints: dict[str, Print] = field(default_factory=dict)
    portals: dict[str, Portal] = field(default_factory=dict)
    scans: dict[str, Scan] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    guide: dict[str, Guide] = field(default_factory=dict)
    data: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    actions: dict[str, Action] = field(default_factory=dict)
    checks: dict[str, Check] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    field_types: dict[str, FieldType] = field(default_factory=dict)


class RolesFile(Shape, frozen=True):
    """`roles.yaml`."""

    permissions: Annotated[Annotated[dict[str, Permission], Form(listed="no")], doc("权限", "named rights")] = field(
        default_factory=dict
    )
    roles: Annotated[Annotated[dict[str, Role], Form(listed="no")], doc("角色", "sets of rights for accounts")] = field(
        default_factory=dict
    )
    duties: Annotated[Annotated[dict[str, Duty], Form(listed="no")], doc("职责分离", "what one person may not do")] = (
        field(default_factory=dict)
    )


class WorkflowsFile(Shape, frozen=True):
    """`workflows.yaml`: besides the catalogue every key is a workflow."""

    catalogue: Annotated[
        Annotated[dict[str, Offer], Form(listed="no")], doc("环节目录", "steps and lanes on offer")
    ] = field(default_factory=dict)


class Nothing(Shape, frozen=True):
    """A file whose every key is an id."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: what stands at its top by name (`fixed`), and what the other keys are (`each`; None: nothing).

    `section` is where those other keys go in the site.
    """

    name: str
    about: Text
    fixed: type[Struct] = Nothing
    each: Any = None
    section: str = ""


_MAP = Form(listed="no")
_Rows = dict[str, dict[str, Any]]
_Scenarios = Annotated[dict[str, Scenario], Form(listed="no", ids="text", short="acts")]

KINDS: dict[str, FileKind] = {
    kind.name: kind
    for kind in (
        FileKind("plugin", Text("部门或流程包", "a department or a pack"), fixed=Plugin),
        FileKind("company", Text("公司", "the company"), fixed=Company),
        FileKind("entities", Text("实体", "entities"), each=Annotated[dict[str, Entity], _MAP], section="entities"),
        FileKind(
            "workflows",
            Text("流程", "workflows"),
            fixed=WorkflowsFile,
            each=Annotated[dict[str, Workflow], _MAP],
            section="workflows",
        ),
        FileKind("roles", Text("角色与权限", "roles and permissions"), fixed=RolesFile),
        FileKind(
            "reports",
            Text("报表与概览", "reports and dashboards"),
            fixed=ReportsFile,
            each=Annotated[dict[str, Report], _MAP],
            section="reports",
        ),
        FileKind("prints", Text("打印格式", "print formats"), each=Annotated[dict[str, Print], _MAP], section="prints"),
        FileKind("portals", Text("客户门户", "portals"), each=Annotated[dict[str, Portal], _MAP], section="portals"),
        FileKind("scans", Text("扫码核对", "scanning"), each=Annotated[dict[str, Scan], _MAP], section="scans"),
        FileKind("messages", Text("消息", "messages"), each=Messages, section="messages"),
        FileKind("data", Text("初始记录", "first rows of an entity"), each=_Rows, section="data"),
        FileKind("scenarios", Text("情景", "scenarios"), each=_Scenarios),
        FileKind("mapping", Text("导入对照", "mapping of an imported file"), fixed=Mapping),
    )
}

_BY_NAME = {
    "plugin.yaml": "plugin",
    "company.yaml": "company",
    "entities.yaml": "entities",
    "workflows.yaml": "workflows",
    "roles.yaml": "roles",
    "reports.yaml": "reports",
    "prints.yaml": "prints",
    "portals.yaml": "portals",
    "scans.yaml": "scans",
    "messages.yaml": "messages",
    "scenarios.yaml": "scenarios",
}
_BY_FOLDER = {
    "data": "data",
    "scenarios": "scenarios",
    "imports": "mapping",
    "entities": "entities",
    "workflows": "workflows",
    "reports": "reports",
    "prints": "prints",
    "portals": "portals",
    "scans": "scans",
    "messages": "messages",
}


def kind_of(path: str | PurePath) -> str | None:
    """Return the kind of a file from its path (`config/data/product.yaml` is `data`), or None if it is none of ours."""
    pure = PurePath(path)
    if pure.suffix != ".yaml":
        return None
    return _BY_FOLDER.get(pure.parent.name) or _BY_NAME.get(pure.name)


def build(tree: dict[str, Any]) -> Site:
    """Return the site of a merged tree whose scalars are texts.

    Args:
        tree: The tree of `Merged`; it has been validated.

    Raises:
        msgspec.ValidationError: the tree does not fit; validation would have said so.
    """
    return msgspec.convert(tree, Site, strict=False)
