"""Words about expressions."""

from __future__ import annotations

from ordinance.problems.catalogue.entry import Entry, entry

ENTRIES: dict[str, Entry] = {
    # The text as written.
    "expression_long": entry("表达式超过 {most} 个字符", "the expression is longer than {most} characters"),
    "expression_deep": entry(
        "表达式嵌套超过 {most} 层",
        "the expression is nested deeper than {most}",
        remedy=("请拆成公式字段", "split it into formula fields"),
    ),
    "expression_mark": entry("此处不能用 {mark}", "{mark} has no meaning here"),
    "expression_escape": entry(
        "文字里的 {mark} 不是转义",
        "{mark} is no escape inside a text",
        remedy=("可用：\\\\ \\' \\\" \\n \\t", "there are: \\\\ \\' \\\" \\n \\t"),
    ),
    "expression_unclosed_text": entry("文字缺少结束的引号", "the text has no closing quote"),
    "expression_unit": entry("没有时长单位 {unit}", "{unit} is no unit of time"),
    "expression_number": entry("数字超过 {most} 位", "a number has at most {most} digits"),
    "expression_span": entry("时长的数值最多 5 位", "a span has at most 5 digits"),
    "expression_ends": entry("表达式不完整", "the expression ends too early"),
    "expression_unexpected": entry("此处不应出现 {got}", "{got} is not expected here"),
    "expression_chained": entry(
        "比较不能连写，多了 {op}",
        "comparisons cannot be chained: one {op} too many",
        remedy=("请写 a < b and b < c", "write a < b and b < c"),
    ),
    "expression_is": entry(
        "is 后面是 set、empty、not set 或 not empty",
        "after is comes set, empty, not set or not empty",
        remedy=("比较值请用 ==", "to compare with a value write =="),
    ),
    # What names mean.
    "unknown_name": entry("没有名称 {name}", "there is no {name} here"),
    "unknown_part": entry("{of} 没有 {name}", "{of} has no {name}"),
    "no_parts": entry("{got}没有 {name}", "{got} has no {name}"),
    "no_user_here": entry("此处没有 user", "there is no user here"),
    "no_new_here": entry(
        "此处没有 new",
        "there is no new here",
        remedy=("new.x 只用于带 changes 的支线", "new.x stands in lanes with changes only"),
    ),
    "no_event_here": entry("此处没有 event", "there is no event here"),
    "no_parent_here": entry(
        "此处没有 parent",
        "there is no parent here",
        remedy=("parent 是行所属的单据", "parent is the record to which a row belongs"),
    ),
    "wants_a_step": entry("passed() 里写一个步骤", "passed() wants the name of one step"),
    "unknown_step_passed": entry("没有步骤 {name}", "there is no step {name}"),
    "wants_a_check": entry("warned() 里写一个检查", "warned() wants the name of one check"),
    "unknown_check_warned": entry("没有检查 {name}", "there is no check {name}"),
    "unknown_function": entry("没有函数 {name}", "there is no function {name}"),
    "unknown_method": entry("列表没有方法 {name}", "a list has no method {name}"),
    "unknown_option": entry("“{got}”不在选项内", "“{got}” is not one of the options"),
    # What goes together.
    "not_a_condition": entry("此处需要条件，实为{got}", "a condition is wanted here, this is {got}"),
    "not_a_list": entry("{name} 需要列表，实为{got}", "{name} wants a list, this is {got}"),
    "no_rows": entry("列表里没有行，{name} 不能用", "the list has no rows for {name} to look at"),
    "wants_one": entry("{name}() 的括号里写一个表达式", "{name}() wants one expression in its brackets"),
    "mixed_list": entry("列表里混有{got}", "the list also holds {got}"),
    "mixed_branches": entry("两种结果类型不同：{left}与{right}", "the two results differ in type: {left} and {right}"),
    "mixed_arguments": entry("{name}() 的参数类型不一致", "what {name}() is given does not go together"),
    "argument_count": entry(
        "{name}() 需要 {wanted} 个参数，实有 {got} 个", "{name}() wants {wanted} value(s), got {got}"
    ),
    "wrong_argument": entry("{name}() 需要{wanted},实为{got}", "{name}() wants {wanted}, this is {got}"),
    "round_scale": entry(
        "小数位数是 {least} 到 {most} 的整数", "the number of decimals is a whole number from {least} to {most}"
    ),
    "no_arithmetic": entry("不能计算：{left} {op} {right}", "cannot compute {left} {op} {right}"),
    "day_and_hours": entry(
        "日期不能加减小时",
        "a day has no hours to add to",
        remedy=("用天，或先写 day_end(日期)", "use days, or day_end(…) first"),
    ),
    "not_comparable": entry("不能比较{left}与{right}", "cannot compare {left} with {right}"),
    "not_a_moment": entry(
        "“{got}”不是{wanted}",
        "“{got}” is not {wanted}",
        remedy=("写作 '2026-12-01' 或 '2026-12-01T08:00+08:00'", "write '2026-12-01' or '2026-12-01T08:00+08:00'"),
    ),
    "no_order": entry("{got}没有大小之分", "{got} has no order", remedy=("请用 == 或 in", "use == or in")),
    "null_order": entry(
        "null 没有大小之分", "null has no order", remedy=("请写 is set 或 is empty", "write is set or is empty")
    ),
    "span_order": entry(
        "含月或工作日的时长不能比大小", "a span with months or working time has no fixed length to compare"
    ),
    "wrong_result": entry("应得到{wanted},实为{got}", "the result should be {wanted}, this gives {got}"),
    # When a value is computed.
    "division_by_zero": entry("第 {column} 列“{part}”除以零", "division by zero in “{part}”, column {column}"),
    "out_of_range": entry("第 {column} 列“{part}”超出范围", "“{part}” is out of range, column {column}"),
    "mixed_values": entry(
        "第 {column} 列“{part}”的值不能这样计算", "the values of “{part}” cannot be used so, column {column}"
    ),
    # When it is turned into a query.
    "not_in_query": entry(
        "查询里不能用 {part}",
        "{part} cannot be asked of the database",
        remedy=("请存为公式字段后再查", "keep it as a formula field and ask for that"),
    ),
}
