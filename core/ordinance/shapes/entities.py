"""Entities: fields, lists, forms.

Source: language.md §4; lists and forms are ours.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import field

from ordinance.shapes.items import Expression, Form, Item, Name, Names, Paths, PathText, Texts, Words, doc


class Option(Item, frozen=True):
    """One value of a choice, and the words for it."""


Options = Annotated[dict[str, Option], Form(ids="code", short="label")]


class Field(Item, frozen=True):
    """One field of an entity or of its lines."""

    type: Annotated[Name, doc("字段类型", "its type: text, money, ref, lines …")] = ""
    to: Annotated[Name, doc("引用的实体", "the entity a ref refers to")] = ""
    fields: Annotated[Fields, doc("明细的字段", "the fields of lines")] = field(default_factory=dict)
    accepts: Annotated[Texts, doc("接受的证据形式", "what counts as evidence")] = field(default_factory=dict)
    help: Annotated[Words | None, doc("填写说明", "shown beside the field")] = None
    required: Annotated[bool, doc("必填", "may not be empty")] = False
    unique: Annotated[bool, doc("不得重复", "no two records have the same")] = False
    default: Annotated[
        Any,
        doc(
            "缺省值；文本中有计数即为编码规则，如 P-{category}-{n:04}",
            "the value a new record starts with; a text with a counter is a rule for codes: P-{category}-{n:04}",
        ),
    ] = None
    source: Annotated[PathText, doc("引用选定时复制", "copied from there when the reference is set")] = field(
        default="", name="from"
    )
    formula: Annotated[Expression, doc("公式", "computed until the document is done, then frozen")] = ""
    options: Annotated[Options, doc("选项及其名称", "the values of a choice and their labels")] = field(
        default_factory=dict
    )
    visible_when: Annotated[Expression, doc("何时显示", "shown only if this is true")] = ""
    required_when: Annotated[Expression, doc("何时必填", "may not be empty if this is true")] = ""
    readonly_when: Annotated[Expression, doc("何时只读", "cannot be written if this is true")] = ""
    options_when: Annotated[Any, doc("选项在何时可选", "which records or options may be chosen")] = None
    min: Annotated[str, doc("最小值", "the least value, or the shortest text")] = ""
    max: Annotated[str, doc("最大值", "the greatest value, or the longest text")] = ""
    pattern: Annotated[str, doc("格式(正则)", "a regular expression the text must match")] = ""
    scale: Annotated[int | None, doc("小数位数", "how many decimals")] = None
    unit: Annotated[str, doc("单位", "the unit, or the field that has it")] = ""
    currency: Annotated[str, doc("币种", "the currency, or the field that has it")] = ""
    rounding: Annotated[Literal["", "half_up", "half_even", "down", "up"], doc("舍入方式", "how it is rounded")] = ""
    pii: Annotated[bool, doc("个人信息", "personal data")] = False
    secret: Annotated[bool, doc("保密", "never shown in full, never exported")] = False
    example: Annotated[Any, doc("示例值", "an example, used by scenarios and the guide")] = None
    back: Annotated[Name, doc("在对方显示为此列表", "the name of the list it gives the other side")] = ""
    index: Annotated[bool, doc("建立索引", "an index in the database")] = False
    search: Annotated[bool, doc("参与全文搜索", "found by the search box")] = False


Fields = Annotated[dict[str, Field], Form(listed="no")]


class ListView(Item, frozen=True):
    """A list of records as people see it: columns, which rows, in which order."""

    columns: Annotated[Paths, doc("列", "fields shown, in order")] = field(default_factory=dict)
    when: Annotated[Expression, doc("显示哪些记录", "which records are in it")] = ""
    sort: Annotated[Paths, doc("排序，-字段为降序", "fields in order; -field is descending")] = field(
        default_factory=dict
    )
    group: Annotated[PathText, doc("按此字段分组", "rows are grouped by this field")] = ""
    totals: Annotated[Paths, doc("合计的列", "columns with a total")] = field(default_factory=dict)
    due: Annotated[PathText, doc("期限字段，过期即逾期", "the day they are to be done by; past it they are late")] = ""
    by: Annotated[Names, doc("哪些角色可见", "roles that see it; everybody if left out")] = field(default_factory=dict)


class Section(Item, frozen=True):
    """A part of a form with a heading."""

    fields: Annotated[Paths, doc("字段", "the fields in it, in order")] = field(default_factory=dict)
    columns: Annotated[int, doc("分几栏", "in how many columns")] = 2
    when: Annotated[Expression, doc("何时显示", "shown only if this is true")] = ""
    help: Annotated[Words | None, doc("说明", "shown under the heading")] = None


class FormView(Item, frozen=True):
    """The layout of a form; without one, fields stand in the order of the entity."""

    sections: Annotated[Annotated[dict[str, Section], Form(listed="no")], doc("分区", "its parts, in order")] = field(
        default_factory=dict
    )
    steps: Annotated[Names, doc("用于这些环节", "the steps it is for; all if left out")] = field(default_factory=dict)
    by: Annotated[Names, doc("用于这些角色", "the roles it is for; all if left out")] = field(default_factory=dict)


class Entity(Item, frozen=True):
    """A kind of record."""

    about: Annotated[Words | None, doc("说明", "what it is")] = None
    key: Annotated[Paths, doc("业务主键", "the field, or fields, people know a record by")] = field(
        default_factory=dict
    )
    title: Annotated[PathText, doc("标题字段", "the field that names a record")] = ""
    versioned: Annotated[bool, doc("只能经新版本修改", "a done record changes only through a new version")] = False
    append_only: Annotated[bool, doc("只增不改", "records are only added")] = False
    delete: Annotated[Literal["", "never", "draft", "soft"], doc("能否删除", "whether records may be deleted")] = ""
    fields: Annotated[Fields, doc("字段", "its fields, in order")] = field(default_factory=dict)
    lists: Annotated[Annotated[dict[str, ListView], Form(listed="no")], doc("列表", "lists people may open")] = field(
        default_factory=dict
    )
    forms: Annotated[Annotated[dict[str, FormView], Form(listed="no")], doc("表单布局", "layouts of its form")] = field(
        default_factory=dict
    )
