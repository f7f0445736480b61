"""Words about reports and dashboards: what is wrong with them, and why one is not shown."""

from __future__ import annotations

from ordinance.problems.catalogue.entry import Entry, entry

ENTRIES: dict[str, Entry] = {
    "report_left_out": entry(
        "没有流程办理“{entity}”，此报表略去",
        "no workflow moves “{entity}”; this report is left out",
        severity="note",
    ),
    "report_without_columns": entry(
        "报表没有列",
        "this report has no columns",
        remedy=(
            "至少写一列，如 columns: {{count: {{total: count}}}}",
            "say at least columns: {{count: {{total: count}}}}",
        ),
    ),
    "report_rows_twice": entry("lines 和 each 只能写一个", "a report is about lines or about each step, not both"),
    "cannot_group": entry(
        "不能按“{name}”分组：它是列表，或不存入数据库",
        "“{name}” cannot be grouped by: it is a list, or kept in no column",
    ),
    "no_days": entry("“{name}”不是日期，不能按{bucket}汇总", "“{name}” is no date, so it has no {bucket}"),
    "column_wants": entry(
        "“{total}”要求{wanted}，“{name}”是{got}", "{total} wants {wanted}, and “{name}” is {got}"
    ),
    "column_says_twice": entry(
        "一列只能是取值、formula 或 show 之一", "a column is a value, a formula or a `show`, not two of them"
    ),
    "column_of_what": entry(
        "“show”须用 of 指明前面的一列", "`show` wants `of`, another column that is no `show` itself"
    ),
    "unknown_period": entry(
        "“{got}”不是期间",
        "“{got}” is no period",
        remedy=(
            "可写 30d、12w、12mo、this_month、last_week、today、all 或 2026-01-01..2026-03-31",
            "write 30d, 12w, 12mo, this_month, last_week, today, all or 2026-01-01..2026-03-31",
        ),
    ),
    "bad_parameter_default": entry("参数“{name}”的默认值无效：{detail}", "bad default for “{name}”: {detail}"),
    "compares_nothing": entry(
        "没有期间参数，无从与上期比较", "there is no period before: this report has no parameter of days"
    ),
    "mixed_measures": entry(
        "“{name}”把{one}与{other}加在一起", "“{name}” would add {one} and {other}"
    ),
    "unknown_report": entry("没有报表“{name}”", "there is no report “{name}”"),
    "unknown_report_parameter": entry(
        "报表“{report}”没有参数“{name}”", "the report “{report}” has no parameter “{name}”"
    ),
    "tile_of_nothing": entry("须写 report 或 shows 之一", "a tile wants a report, or `shows`, and not both"),
    "report_hidden": entry(
        "此报表用到您无权查看的字段：{what}", "this report is made of fields you may not see: {what}"
    ),
    "too_many_groups": entry(
        "分组超过 {most} 个，请缩小期间或增加条件", "more than {most} groups: choose a shorter period or filter"
    ),
}
