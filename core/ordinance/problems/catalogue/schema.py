"""Words about the database and the configuration that comes into force."""

from __future__ import annotations

from ordinance.problems.catalogue.entry import Entry, entry

ENTRIES: dict[str, Entry] = {
    "schema_loses": entry(
        "{step}:{why};会丢失 {rows} 行的数据", "{step}: {why}; {rows} row(s) would lose what they hold",
        remedy=("先把这些数据移走,或把字段放回去", "move that data away first, or put the field back"),
    ),
    "stranded": entry(
        "{workflow} 有 {rows} 张单据停在已不存在的环节“{step}”",
        "{rows} document(s) of {workflow} wait at “{step}”, which is gone",
        remedy=(
            "把该环节放回去,或写 was: {step} 说明它改名为什么",
            "put the step back, or say with was: {step} what it is called now",
        ),
    ),
    "first_row": entry("不能加入初始资料 {entity} {key}:{why}", "the first row {entity} {key} cannot be added: {why}"),
}
