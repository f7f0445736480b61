"""The company itself: `config/company.yaml`.

Source: language.md §1 names what the file lists; its shape is ours.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import field

from ordinance.shapes.items import Expression, Form, Item, Kind, Name, Names, Shape, Words, doc

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Switch(Item, frozen=True):
    """A department or pack that is installed: `enabled: false` switches it off."""

    owners: Annotated[Names, doc("归口部门", "departments of the company that look after it, by code")] = field(
        default_factory=dict
    )


class DayName(Item, frozen=True):
    """A day of the calendar; its label says why."""


class Calendar(Shape, frozen=True):
    """When the company works; spans in working days and hours are counted by it."""

    workdays: Annotated[dict[Day, DayName], doc("工作日", "days of the week on which people work"), Form()] = field(
        default_factory=dict
    )
    hours: Annotated[
        dict[Annotated[str, Kind("hours")], DayName],
        Form(ids="text"),
        doc("工作时间，如 09:00-12:00", "such as 09:00-12:00"),
    ] = field(default_factory=dict)
    holidays: Annotated[
        dict[Annotated[str, Kind("date")], DayName],
        Form(ids="text", short="label"),
        doc("休息日", "days off, with their name"),
    ] = field(default_factory=dict)
    extra_workdays: Annotated[
        dict[Annotated[str, Kind("date")], DayName],
        Form(ids="text", short="label"),
        doc("调休上班日", "days worked although they are not workdays"),
    ] = field(default_factory=dict)


class Rounding(Shape, frozen=True):
    """How amounts are rounded."""

    mode: Annotated[Literal["half_up", "half_even", "down", "up"], doc("舍入方式", "how")] = "half_up"
    tax: Annotated[Literal["line", "document"], doc("按行或按单计税", "tax is rounded per line or per document")] = (
        "line"
    )


class Files(Shape, frozen=True):
    """What may be put beside records and into their fields."""

    largest: Annotated[int, doc("单个文件上限，MB", "largest file, in MB")] = 20
    types: Annotated[
        Names, doc("接受的扩展名；不写为常用的", "extensions that are taken; the usual ones if left out")
    ] = field(default_factory=dict)


class Guide(Item, frozen=True):
    """One task of the guide shown at an account's first sign-in."""

    about: Annotated[Words | None, doc("怎么做", "how it is done, in a sentence")] = None
    open: Annotated[Name, doc("打开：实体.动作", "what it opens: entity.verb")] = ""
    done: Annotated[Expression, doc("完成的条件", "when it counts as done")] = ""
    by: Annotated[Names, doc("给哪些角色", "the roles it is for; all if left out")] = field(default_factory=dict)


class Message(Item, frozen=True):
    """Words sent to people; `{field}` stands for a value of the document."""

    subject: Annotated[Words | None, doc("标题", "its subject")] = None
    text: Annotated[Words | None, doc("正文", "its text")] = None
    help: Annotated[Words | None, doc("何时发送", "when it is sent; for those who edit it")] = None


Guides = Annotated[dict[str, Guide], Form(listed="no")]
Messages = Annotated[dict[str, Message], Form(listed="no", short="text")]


class Company(Shape, frozen=True):
    """Who the company is, which departments and packs it uses, and where and when it works."""

    id: Annotated[Name, doc("标识", "its id")] = ""
    label: Annotated[Words | None, doc("名称", "its name")] = None
    about: Annotated[Words | None, doc("说明", "what it does")] = None
    basis: Annotated[Words | None, doc("依据", "the policy this rests on")] = None
    packs: Annotated[Names, doc("采用的流程包", "packs it uses, in order")] = field(default_factory=dict)
    departments: Annotated[
        Annotated[dict[str, Switch], Form()], doc("部门及其开关", "departments and their switches")
    ] = field(default_factory=dict)
    locale: Annotated[str, doc("语言", "the language of the company: zh-CN or en")] = "zh-CN"
    zone: Annotated[Annotated[str, Kind("zone")], doc("时区", "time zone of its business days")] = "Asia/Shanghai"
    currency: Annotated[str, doc("本位币", "currency of its books")] = "CNY"
    rounding: Annotated[Rounding | None, doc("舍入", "how amounts are rounded")] = None
    files: Annotated[Files | None, doc("附件", "what files may be attached")] = None
    calendar: Annotated[Calendar | None, doc("工作日历", "when it works")] = None
    toggles: Annotated[
        dict[str, Annotated[str, Kind("enabled")]], doc("步骤开关 流程.环节", "workflow.step: true or false")
    ] = field(default_factory=dict)
    guide: Annotated[Guides, doc("首次登录引导", "tasks shown at first sign-in")] = field(default_factory=dict)
