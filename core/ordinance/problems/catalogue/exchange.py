"""Words about import and export."""

from __future__ import annotations

from ordinance.problems.catalogue.entry import Entry, entry

ENTRIES: dict[str, Entry] = {
    "no_parent": entry("没有主记录“{got}”", "there is no record “{got}” for this line"),
    "no_column": entry("文件没有列“{column}”", "the file has no column “{column}”"),
    "repeated_column": entry("列“{column}”出现多次", "the column “{column}” is there more than once"),
    "key_without_column": entry(
        "对照的 key 字段“{name}”没有对应的列", "the key field “{name}” of the mapping comes from no column"
    ),
    "repeated_key": entry("与第 {row} 行重复:{got}", "row {row} has the same key already: {got}"),
    "too_many_cells": entry("单元格比标题多", "there are more cells than headings"),
    "unknown_heading": entry(
        "没有字段对应列“{column}”,已忽略",
        "no field answers to the column “{column}”; it is ignored",
        remedy=("是否想写“{close}”?", "did you mean “{close}”?"),
    ),
    "import_begun": entry(
        "这次导入已经开始或已经结束，不能再改",
        "this import has begun or is over, and cannot be changed any more",
    ),
    "import_touched": entry("导入之后又被修改过", "it was changed since the import"),
    "unreadable_file": entry("不能读作表格:{detail}", "this cannot be read as a table: {detail}"),
}
