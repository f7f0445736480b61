"""Reports and dashboards, and the mapping of a file that is imported.

Source: language.md §5 leaves them to us.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import field

from ordinance.shapes.items import Expression, Form, Item, Name, Names, Paths, PathText, Shape, Texts, Words, doc


class Column(Item, frozen=True):
    """One figure of a group: worked out of its rows, or of the other columns."""

    value: Annotated[Expression, doc("取值", "what is worked out of a row; the field of that name if left out")] = ""
    total: Annotated[
        Literal["", "sum", "count", "average", "min", "max"],
        doc("汇总方式；不填为求和", "how the rows of a group are put together; the sum if left out"),
    ] = ""
    when: Annotated[Expression, doc("只计入符合条件的行", "only rows for which this is true go into it")] = ""
    formula: Annotated[
        Expression, doc("由其他列计算", "a number worked out of other columns of the same group, by their ids")
    ] = ""
    of: Annotated[Name, doc("另一列", "the column that `show` is about")] = ""
    show: Annotated[
        Literal["", "share", "running", "before", "change"],
        doc(
            "占比、累计、上期、较上期", "how `of` stands: share of all in %, sum so far, period before, change in %"
        ),
    ] = ""
    unit: Annotated[Words | None, doc("单位字样", "words behind the number, such as %")] = None
    scale: Annotated[int | None, doc("小数位", "decimals of a formula or an average")] = None


class Parameter(Item, frozen=True):
    """A filter that the reader sets: a field of the rows. A date takes a period."""

    default: Annotated[
        str, doc("默认值，如 30d 12mo this_month 或一个值", "if nothing is said: 30d, 12mo, this_month, or a value")
    ] = ""


class Chart(Shape, frozen=True):
    """A drawing of a report."""

    kind: Annotated[Literal["bar", "line", "pie", "table"], doc("图形", "what is drawn")] = "bar"
    value: Annotated[Name, doc("画哪一列", "the column that is drawn; the first if left out")] = ""
    across: Annotated[PathText, doc("横轴", "the group along the axis; the first if left out")] = ""
    split: Annotated[PathText, doc("按此分组堆叠", "the group that divides each bar, or gives each line")] = ""


class Report(Item, frozen=True):
    """Figures about the records of one entity."""

    about: Annotated[Words | None, doc("说明", "what it shows")] = None
    of: Annotated[Name, doc("实体", "the entity it is about; the report's own id if left out")] = ""
    lines: Annotated[Name, doc("按此明细逐行", "one row for each line of this field")] = ""
    each: Annotated[
        Literal["", "step"],
        doc("按经办环节逐行", "`step`: one row for each time a document left a step, passed on or sent back"),
    ] = ""
    when: Annotated[Expression, doc("计入哪些行", "which rows count")] = ""
    parameters: Annotated[
        Annotated[dict[str, Parameter], Form(ids="path", short="default")],
        doc("读者可设的条件", "fields by which its reader filters"),
    ] = field(default_factory=dict)
    group: Annotated[
        Paths,
        doc(
            "分组；日期可写 ordered_on.month",
            "what rows are grouped by; a date may end in .day .week .month .quarter .year",
        ),
    ] = field(default_factory=dict)
    columns: Annotated[Annotated[dict[str, Column], Form(short="value")], doc("列", "its columns, in order")] = field(
        default_factory=dict
    )
    sort: Annotated[Paths, doc("排序", "columns or groups in order; -column is descending")] = field(
        default_factory=dict
    )
    limit: Annotated[int | None, doc("最多几组，其余合为一行", "at most so many groups; the rest are one row")] = None
    chart: Annotated[Chart | None, doc("图", "how it is drawn")] = None
    by: Annotated[Names, doc("哪些角色可见", "roles that see it; who may read reports if left out")] = field(
        default_factory=dict
    )


class Tile(Item, frozen=True):
    """One tile of a dashboard: a figure of a report, its chart, or the reader's own work."""

    report: Annotated[Name, doc("报表", "the report it shows")] = ""
    column: Annotated[Name, doc("只显示此列的合计", "the column whose total is shown; its chart if left out")] = ""
    shows: Annotated[
        Literal["", "work", "overdue", "tasks"],
        doc("待办数、逾期数、待办清单", "instead of a report: work waiting, work overdue, the oldest tasks"),
    ] = ""
    parameters: Annotated[
        Annotated[dict[str, Parameter], Form(ids="path", short="default")],
        doc("报表的条件", "parameters of the report, other than its defaults"),
    ] = field(default_factory=dict)


class Dashboard(Item, frozen=True):
    """Tiles for some roles; a tile whose report a reader may not see is left out."""

    by: Annotated[Names, doc("给哪些角色", "roles that have it; everybody in the company if left out")] = field(
        default_factory=dict
    )
    tiles: Annotated[
        Annotated[dict[str, Tile], Form(listed="no", short="report")], doc("组成", "its tiles, in order")
    ] = field(default_factory=dict)


class ReportsFile(Shape, frozen=True):
    """`reports.yaml`: besides the dashboards every key is a report."""

    dashboards: Annotated[
        Annotated[dict[str, Dashboard], Form(listed="no")], doc("概览", "tiles at a glance, by role")
    ] = field(default_factory=dict)


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
