"""Scenarios: acts in order and what is expected of each, for people who do not program.

Source: language.md §6.
"""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import field

from ordinance.shapes.items import DottedNames, Form, Name, Names, Shape, SpanText, doc


class Expectation(Shape, frozen=True):
    """What must be true after an act."""

    waits_at: Annotated[Names, doc("等待的环节", "steps the document waits at")] = field(default_factory=dict)
    status: Annotated[str, doc("状态文字", "its status in words")] = ""
    number: Annotated[str, doc("编号", "its number; a pattern with * is allowed")] = ""
    done: Annotated[bool, doc("已完成", "it has reached the end")] = False
    ended: Annotated[Name, doc("结果", "the outcome it ended with")] = ""
    refused: Annotated[Name, doc("拒绝的原因", "the code, or the check, that refused")] = ""
    warned: Annotated[DottedNames, doc("提醒", "checks that warned")] = field(default_factory=dict)
    told: Annotated[Any, doc("已通知", "who was told, and what")] = None
    did: Annotated[DottedNames, doc("已执行", "actions that ran")] = field(default_factory=dict)
    did_not: Annotated[DottedNames, doc("未执行", "actions that did not run")] = field(default_factory=dict)
    undid: Annotated[DottedNames, doc("已撤销", "actions that were undone")] = field(default_factory=dict)
    assigned: Annotated[str, doc("指派给", "the person it is assigned to")] = ""
    fields: Annotated[Any, doc("字段的值", "values of fields, or the fields that were refused")] = None
    hides: Annotated[Any, doc("看不到的字段", "fields that are not shown")] = None
    stock: Annotated[Any, doc("库存", "stock by product")] = None
    balance: Annotated[Any, doc("余额", "balances by account")] = None
    events: Annotated[DottedNames, doc("事件", "events that happened")] = field(default_factory=dict)
    opened: Annotated[Names, doc("新单据", "workflows of which a document was opened")] = field(default_factory=dict)
    same_as: Annotated[str, doc("同一单据", "it is the document of this name")] = ""
    problem: Annotated[Name, doc("配置问题", "the code of a problem of the configuration")] = ""


class Act(Shape, frozen=True):
    """One line of a scenario: what is given, or what somebody does."""

    given: Annotated[Any, doc("已有的记录，或流程", "rows by entity, or a workflow with `at`")] = None
    at: Annotated[Name, doc("停在此环节", "the step it waits at")] = ""
    create: Annotated[Name, doc("新建", "creates a record or starts a workflow")] = ""
    step: Annotated[Name, doc("通过环节", "passes this step")] = ""
    take: Annotated[Name, doc("受理", "takes this step")] = ""
    send_back: Annotated[str, doc("退回", "sends back from this step")] = ""
    to: Annotated[Name, doc("退回到", "the step it is sent back to")] = ""
    lane: Annotated[Name, doc("进入支线", "enters this lane, or passes a step of it")] = ""
    update: Annotated[str, doc("修改", "changes this record")] = ""
    read: Annotated[str, doc("查看", "reads this record")] = ""
    event: Annotated[Name, doc("事件", "this event happens")] = ""
    toggle: Annotated[dict[str, str], doc("开关步骤", "workflow.step: true or false")] = field(default_factory=dict)
    later: Annotated[SpanText, doc("过一段时间", "time passes")] = ""
    now: Annotated[str, doc("时间", "the time is")] = ""
    actor: Annotated[str, doc("以何角色或人", "who does it: a role or a person")] = field(default="", name="as")
    via: Annotated[Name, doc("渠道", "through which channel")] = ""
    values: Annotated[Any, doc("填写的值", "values that are filled in")] = field(default=None, name="with")
    reason: Annotated[str, doc("意见", "the written reason")] = ""
    call: Annotated[str, doc("命名此单据", "names the document for later lines")] = ""
    subject: Annotated[str, doc("针对哪张单据", "the document it is about, by its name")] = field(
        default="", name="for"
    )
    expect: Annotated[Expectation | None, doc("期望", "what must be true afterwards")] = None


Acts = Annotated[dict[str, Act], Form(listed="numbered", prefix="act")]


class Scenario(Shape, frozen=True):
    """Acts in order, under a name in anybody's words."""

    acts: Annotated[Acts, doc("依次的动作", "acts in order")] = field(default_factory=dict)
