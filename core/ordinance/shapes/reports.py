"""Reports, and the mapping of a file that is imported.

Source: language.md §5 leaves both to us.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import field

from ordinance.shapes.items import Expression, Form, Item, Name, Names, Paths, PathText, Shape, Texts, Words, doc


class Column(Item, frozen=True):
    """One column of a report: an expression over a row, or a sum over the rows of a group."""

    value: Annotated[Expression, doc("取值", "what it shows; the field of the same name if left out")] = ""
    total: Annotated[
        Literal["", "sum", "count", "average", "min", "max"],
        doc("汇总方式", "how the rows of a group are put together"),
    ] = ""


class Chart(Shape, frozen=True):
    """A drawing of a report."""

    kind: Annotated[Literal["bar", "line", "pie", "table"], doc("图形", "what is drawn")] = "bar"
    value: Annotated[Name, doc("画哪一列", "the column that is drawn")] = ""
    across: Annotated[PathText, doc("横轴", "the group along the axis")] = ""


class Report(Item, frozen=True):
    """Figures about the records of one entity."""

    about: Annotated[Words | None, doc("说明", "what it shows")] = None
    of: Annotated[Name, doc("实体", "the entity it is about")] = ""
    lines: Annotated[Name, doc("按此明细逐行", "one row for each line of this field")] = ""
    when: Annotated[Expression, doc("计入哪些记录", "which records count")] = ""
    group: Annotated[Paths, doc("分组", "fields by which rows are grouped")] = field(default_factory=dict)
    columns: Annotated[Annotated[dict[str, Column], Form(short="value")], doc("列", "its columns, in order")] = field(
        default_factory=dict
    )
    sort: Annotated[Paths, doc("排序", "columns in order; -column is descending")] = field(default_factory=dict)
    limit: Annotated[int | None, doc("最多几行", "at most so many rows")] = None
    chart: Annotated[Chart | None, doc("图", "how it is drawn")] = None
    by: Annotated[Names, doc("哪些角色可见", "roles that see it; who may read reports if left out")] = field(
        default_factory=dict
    )


class Source(Item, frozen=True):
    """Where the value of a field comes from in an imported file."""

    column: Annotated[str, doc("列名", "heading of the column")] = ""
    value: Annotated[Any, doc("固定值", "the same value in every row")] = None
    by: Annotated[
        PathText, doc("按此字段查找引用", "the field by which a reference is looked up; its key if left out")
    ] = ""
    options: Annotated[dict[str, str], doc("取值对照", "what a text in the file stands for")] = field(
        default_factory=dict
    )
    dates: Annotated[str, doc("日期格式", "how dates are written, such as %d.%m.%Y")] = ""
    multiply: Annotated[str, doc("乘以", "the number is multiplied by this, such as 100 for fractions")] = ""
    default: Annotated[Any, doc("为空时", "the value of an empty cell")] = None


Sources = Annotated[dict[str, Source], Form(listed="no", ids="path", short="column")]


class LinesSource(Item, frozen=True):
    """A second file, or the same, that holds the lines of a document."""

    parent: Annotated[str, doc("指向主表的列", "the column that names the document")] = ""
    fields: Annotated[Sources, doc("字段取自", "fields of the line and where they come from")] = field(
        default_factory=dict
    )


class Mapping(Shape, frozen=True):
    """How a file of somebody else becomes records."""

    entity: Annotated[Name, doc("实体", "the entity that is imported")] = ""
    workflow: Annotated[Name, doc("流程", "the workflow new documents take")] = ""
    key: Annotated[Paths, doc("据以更新的字段", "fields by which an existing record is found and updated")] = field(
        default_factory=dict
    )
    fields: Annotated[Sources, doc("字段取自", "fields and where they come from")] = field(default_factory=dict)
    lines: Annotated[Annotated[dict[str, LinesSource], Form(listed="no")], doc("明细", "fields of lines")] = field(
        default_factory=dict
    )
    empty: Annotated[Texts, doc("视为空的文字", "texts that stand for nothing, such as NULL")] = field(
        default_factory=dict
    )
    dates: Annotated[str, doc("日期格式", "how dates are written, such as %d.%m.%Y")] = ""
    decimal: Annotated[Literal[".", ","], doc("小数点", "the decimal point")] = "."
    separator: Annotated[str, doc("分隔符", "what separates the cells of a text file")] = ","
    encoding: Annotated[str, doc("编码", "encoding of a text file")] = "utf-8"
