"""Workflows: steps, lanes, what is bound to them, where documents start.

Source: language.md §2 and §3.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import field

from ordinance.shapes.items import (
    DottedNames,
    Expression,
    Form,
    Item,
    Kind,
    Mention,
    Name,
    Named,
    Names,
    Paths,
    PathText,
    Shape,
    SpanText,
    Words,
    doc,
)

Opinion = Literal["always", "on_refusal", "never"]
Inputs = dict[str, Any]


class Party(Item, frozen=True):
    """Who does something or is told: a role by its id, or the person or partner in a field."""

    field: Annotated[PathText, doc("该字段中的人或往来单位", "the person or partner in this field")] = ""


class Told(Party, frozen=True):
    """Somebody to be told, with which message and when."""

    message: Annotated[Name, doc("消息标识", "id of the message")] = ""
    when: Annotated[Expression, doc("条件", "only if this is true")] = ""


class Binding(Item, frozen=True):
    """An action bound to a step; what it does not know by name is an input of the action."""

    uses: Annotated[Name, doc("动作，如 inventory.reserve", "the action, where the id here is a name of its own")] = ""
    when: Annotated[Expression, doc("条件", "only if this is true")] = ""
    each: Annotated[Literal["", "round"], doc("round：每轮执行", "round: run in every round of a repeating step")] = ""
    inputs: Annotated[Inputs, doc("动作的输入", "inputs of the action, by name")] = field(default_factory=dict)


class Condition(Item, frozen=True):
    """What may refuse: a department's check with parameters, or the company's own `must` with words."""

    uses: Annotated[Name, doc("检查，如 sales.complete", "the check, where the id here is a name of its own")] = ""
    must: Annotated[Expression, doc("必须成立的条件", "what must be true")] = ""
    say: Annotated[Words | None, doc("不成立时的说明", "what is said when it is not")] = None
    warn: Annotated[bool, doc("只提醒，不拒绝", "reports and lets pass; readable as warned(id)")] = False
    when: Annotated[Expression, doc("条件，不成立则不检查", "looked at only if this is true")] = ""
    parameters: Annotated[Inputs, doc("检查的参数", "parameters of the check, by name")] = field(default_factory=dict)


Parties = Annotated[dict[str, Party], Form(listed="parties", ids="path")]
Tolds = Annotated[dict[str, Told], Form(listed="parties", ids="path", short="message")]
Bindings = Annotated[dict[str, Binding], Form(listed="bindings", ids="dotted", rest="inputs")]
Conditions = Annotated[dict[str, Condition], Form(listed="bindings", ids="dotted", rest="parameters", prefix="must")]


class Arriving(Shape, frozen=True):
    """What runs when the document gets here; undone if it leaves backwards."""

    does: Annotated[Bindings, doc("到达时执行", "actions on arrival")] = field(default_factory=dict)
    tells: Annotated[Tolds, doc("到达时通知", "who is told on arrival")] = field(default_factory=dict)


class Trigger(Item, frozen=True):
    """One rule of `by_itself`: when all its triggers hold it acts, at most once in each arrival."""

    when: Annotated[Expression, doc("条件成立时", "when this is true")] = ""
    after: Annotated[SpanText, doc("到达后多久", "this long after arrival")] = ""
    before_due: Annotated[SpanText, doc("到期前多久", "this long before it is due")] = ""
    event: Annotated[Name, doc("事件发生时", "when this event happens")] = ""
    passes: Annotated[bool, doc("自动通过", "the step is passed")] = field(default=False, name="pass")
    lane: Annotated[Name, doc("进入支线", "the lane is entered")] = ""
    tells: Annotated[Tolds, doc("通知", "who is told")] = field(default_factory=dict)
    adds: Annotated[Names, doc("增加可办理的角色", "roles that may do the step as well")] = field(default_factory=dict)
    values: Annotated[Inputs, doc("代填的值", "values for what would have been asked")] = field(
        default_factory=dict, name="with"
    )


Triggers = Annotated[dict[str, Trigger], Form(listed="numbered", prefix="rule")]


class Queue(Shape, frozen=True):
    """The order in which waiting documents may be taken."""

    order: Annotated[Paths, doc("次序，-字段为降序", "fields in order; -field is descending")] = field(
        default_factory=dict
    )
    strict: Annotated[bool, doc("只能取最前的一张", "only the first untaken one may be taken")] = False


class Assign(Shape, frozen=True):
    """Who gets a document when it arrives."""

    to: Annotated[PathText, doc("该字段中的人", "the person in this field")] = ""
    match: Annotated[Paths, doc("按这些字段匹配", "fields that must agree with the person's")] = field(
        default_factory=dict
    )
    prefer: Annotated[
        PathText,
        doc(
            "优先字段：已填的单据排在待办最前，并派给手上此类最少的人",
            "documents with this field set come first in the inbox, and go to who has the fewest of them",
        ),
    ] = ""
    pick: Annotated[Literal["least_loaded", "in_turn"], doc("选人方式", "how one of several is picked")] = (
        "least_loaded"
    )


class Step(Named, frozen=True):
    """A gate and its consequences."""

    enabled: Annotated[
        Annotated[str, Kind("enabled")],
        doc(
            "true；false 无人停留但动作照做；表达式；always 不得关闭",
            "true; false: nobody stops here, actions still run; an expression; always: may not be switched off",
        ),
    ] = ""
    waiting: Annotated[Words | None, doc("等待时的状态", "status while it waits; made from the label if left out")] = (
        None
    )
    taken: Annotated[Words | None, doc("受理后的状态", "status once somebody took it")] = None
    help: Annotated[Words | None, doc("办理说明", "standing instruction shown on the form")] = None
    uses: Annotated[Name, doc("取用 部门.环节 的定义", "takes another step's definition: department.step")] = ""
    by: Annotated[Parties, doc("由谁办理", "roles, any of which does it; or {field: f}")] = field(default_factory=dict)
    when: Annotated[Expression, doc("成立时此环节才属于本单流程", "the step is part of the process only if true")] = ""
    assume: Annotated[bool, doc("关闭时视为实物已发生", "switched off, the physical fact is taken as happened")] = False
    together: Annotated[Name, doc("相邻同名者同时办理", "neighbours with the same word are open at once")] = ""
    asks: Annotated[Paths, doc("此处必填", "must be filled on this form")] = field(default_factory=dict)
    offers: Annotated[Paths, doc("此处可填", "may be filled on this form")] = field(default_factory=dict)
    needs: Annotated[Paths, doc("须已在别处填好", "must have been filled elsewhere")] = field(default_factory=dict)
    checks: Annotated[Conditions, doc("检查，全部报告", "what may refuse, in order, all reported")] = field(
        default_factory=dict
    )
    arriving: Annotated[Arriving | None, doc("到达时", "what runs on arrival")] = None
    does: Annotated[Bindings, doc("通过后执行的动作", "actions on passing, in order")] = field(default_factory=dict)
    tells: Annotated[Tolds, doc("通过后通知", "who is told on passing")] = field(default_factory=dict)
    count: Annotated[int, doc("须几个不同的人通过", "this many different people must pass it")] = 1
    differs_from: Annotated[Names, doc("不得与这些环节同一人", "not a person who passed these steps")] = field(
        default_factory=dict
    )
    opinion: Annotated[Opinion, doc("书面意见", "when a written reason is wanted")] = "on_refusal"
    back_to: Annotated[Names, doc("可退回到", "steps to which it may be sent back")] = field(default_factory=dict)
    due: Annotated[Annotated[str, Kind("due")], doc("办理期限", "span since arrival, or an expression")] = ""
    by_itself: Annotated[Triggers, doc("自动办理的规则", "rules that act without a person")] = field(
        default_factory=dict
    )
    until: Annotated[Expression, doc("重复直到", "the step repeats until this is true")] = ""
    queue: Annotated[Queue | None, doc("排队次序", "the order in which documents may be taken")] = None
    assign: Annotated[Assign | None, doc("到达时指派", "who gets it on arrival")] = None
    ends: Annotated[Name, doc("通过即以此结果结束", "passing it ends the document with this outcome")] = ""
    after: Annotated[Name, doc("放在此环节之后", "placed behind this step of an inherited workflow")] = ""
    before: Annotated[Name, doc("放在此环节之前", "placed ahead of this step of an inherited workflow")] = ""


Steps = Annotated[dict[str, Step], Form(ordered=True)]


class Lane(Item, frozen=True):
    """A side flow: cancel, change, exception, hold, appeal, rejection."""

    help: Annotated[Words | None, doc("办理说明", "standing instruction shown on the form")] = None
    uses: Annotated[Name, doc("取用 部门.支线 的定义", "takes another lane's definition: department.lane")] = ""
    by: Annotated[Parties, doc("由谁发起", "roles that may enter it; or {field: f}")] = field(default_factory=dict)
    when: Annotated[Expression, doc("条件", "open only if this is true")] = ""
    at: Annotated[Names, doc("可在这些环节发起", "steps at which it may be entered")] = field(default_factory=dict)
    before: Annotated[Name, doc("此环节通过前可发起", "may be entered until this step is passed")] = ""
    asks: Annotated[Paths, doc("此处必填", "must be filled on entering")] = field(default_factory=dict)
    offers: Annotated[Paths, doc("此处可填", "may be filled on entering")] = field(default_factory=dict)
    changes: Annotated[Paths, doc("拟改的字段", "fields for which new values are proposed")] = field(
        default_factory=dict
    )
    checks: Annotated[Conditions, doc("检查", "what may refuse")] = field(default_factory=dict)
    does: Annotated[Bindings, doc("执行的动作", "actions when the lane ends")] = field(default_factory=dict)
    tells: Annotated[Tolds, doc("通知", "who is told")] = field(default_factory=dict)
    opinion: Annotated[Opinion, doc("书面意见", "when a written reason is wanted")] = "never"
    steps: Annotated[Steps, doc("支线中的环节", "the steps of the side flow, in order")] = field(default_factory=dict)
    back_to: Annotated[Name, doc("结束后回到", "where the main flow goes on")] = ""
    ends: Annotated[Name, doc("以此结果结束单据", "the document ends with this outcome")] = ""


Lanes = Annotated[dict[str, Lane], Form()]
Via = Annotated[dict[str, Mention], Form()]


class Opening(Item, frozen=True):
    """One way in which a document may start."""

    via: Annotated[Via, doc("渠道：office portal api import", "channels: office, portal, api, import")] = field(
        default_factory=dict
    )
    source: Annotated[PathText, doc("由该字段的单据发起", "the reference to the document it is opened from")] = field(
        default="", name="from"
    )
    when: Annotated[Expression, doc("条件", "only if this is true of the source")] = ""
    copy: Annotated[Paths, doc("从来源复制的字段", "fields copied from the source")] = field(default_factory=dict)
    draft: Annotated[bool, doc("可否保存草稿", "false: no draft may be kept")] = True
    event: Annotated[DottedNames, doc("由事件产生", "opened by these events")] = field(default_factory=dict)
    every: Annotated[SpanText, doc("按周期产生", "opened by the calendar, this often")] = ""
    each: Annotated[Name, doc("每条记录一张", "one for each record of this entity")] = ""
    values: Annotated[Inputs, doc("填入的值", "values to fill in")] = field(default_factory=dict, name="with")


Openings = Annotated[dict[str, Opening], Form(listed="numbered", prefix="opening", single=True)]


class Numbering(Shape, frozen=True):
    """A business number, taken once."""

    at: Annotated[Name, doc("在此环节取号", "the step at which it is taken")] = ""
    pattern: Annotated[str, doc("格式，如 DH{yyyy}{mm}{dd}-{n:04}", "such as DH{yyyy}{mm}{dd}-{n:04}")] = ""
    source: Annotated[PathText, doc("取自字段", "taken from this field")] = field(default="", name="from")
    gapless: Annotated[bool, doc("不得断号", "without gaps")] = False
    unique_within: Annotated[PathText, doc("在此范围内唯一", "unique among records with the same value here")] = ""


class Stage(Item, frozen=True):
    """What the customer sees and reports group by."""

    start: Annotated[Name, doc("从此环节起", "from this step on")] = field(default="", name="from")
    counts: Annotated[bool, doc("false：还不算订单", "false: a request, not yet an order")] = True


class Reaction(Item, frozen=True):
    """What a workflow does when an event happens, in the same transaction."""

    when: Annotated[Expression, doc("条件", "only if this is true")] = ""
    does: Annotated[Bindings, doc("执行的动作", "actions")] = field(default_factory=dict)
    tells: Annotated[Tolds, doc("通知", "who is told")] = field(default_factory=dict)
    lane: Annotated[Name, doc("进入支线", "the lane that is entered")] = ""
    values: Annotated[Inputs, doc("填入的值", "values to fill in")] = field(default_factory=dict, name="with")


class Tie(Item, frozen=True):
    """A tie between toggles: if one is on the other must be, or not both."""

    if_: Annotated[Name, doc("如果启用", "if this step is on")] = field(default="", name="if")
    then: Annotated[Name, doc("则须启用", "then this one must be")] = ""
    not_both: Annotated[Names, doc("不得同时启用", "these may not be on at once")] = field(default_factory=dict)


class End(Item, frozen=True):
    """An outcome of a document."""


Ends = Annotated[dict[str, End], Form(short="label")]
Stages = Annotated[dict[str, Stage], Form(listed="no")]
Reactions = Annotated[dict[str, Reaction], Form(listed="no", ids="dotted")]
Ties = Annotated[dict[str, Tie], Form(listed="no")]


class Workflow(Item, frozen=True):
    """A process: steps in order, lanes beside them."""

    of: Annotated[Name, doc("所办理的实体", "the entity it moves; its own id if left out")] = ""
    when: Annotated[Expression, doc("哪些新单据走此流程", "which new documents take it; the first match")] = ""
    like: Annotated[Name, doc("以另一流程为底本", "starts as a copy of another workflow, after all layers")] = ""
    replace: Annotated[bool, doc("不沿用下层的定义", "starts from nothing instead of overlaying")] = False
    opens: Annotated[Openings, doc("单据从何处开始", "where a document may start")] = field(default_factory=dict)
    number: Annotated[Numbering | None, doc("单据编号", "the business number")] = None
    stages: Annotated[Stages, doc("客户看到的阶段", "what customers see and reports group by")] = field(
        default_factory=dict
    )
    every_step: Annotated[Step | None, doc("每个环节的缺省", "defaults under every step")] = None
    steps: Annotated[Steps, doc("环节，依次", "the steps, in order")] = field(default_factory=dict)
    lanes: Annotated[Lanes, doc("支线", "side flows")] = field(default_factory=dict)
    events: Annotated[Reactions, doc("对事件的反应", "what happens on an event")] = field(default_factory=dict)
    switches: Annotated[Ties, doc("开关之间的约束", "ties between toggles")] = field(default_factory=dict)
    ends: Annotated[Ends, doc("结果及其名称", "outcomes and their labels")] = field(default_factory=dict)


class Offer(Item, frozen=True):
    """What departments offer for one entity: steps and lanes with labels, defaults and bindings."""

    steps: Annotated[Steps, doc("提供的环节", "steps on offer")] = field(default_factory=dict)
    lanes: Annotated[Lanes, doc("提供的支线", "lanes on offer")] = field(default_factory=dict)
