"""Words about portals, about orders put together from a list or an earlier order, and about goods being counted."""

from __future__ import annotations

from ordinance.problems.catalogue.entry import Entry, entry

ENTRIES: dict[str, Entry] = {
    "unknown_list": entry("“{entity}”没有列表“{name}”", "“{entity}” has no list “{name}”"),
    "portal_of_nobody": entry(
        "没有角色的账号属于“{name}”（roles 的 of），门户无人可见",
        "no role binds an account to “{name}” (`of` in roles), so nobody sees this portal",
    ),
    "no_such_item": entry("没有“{got}”", "there is no “{got}”"),
    "not_offered": entry("“{got}”现在不能订", "“{got}” cannot be ordered now"),
    "no_longer_there": entry("“{got}”已经没有了", "“{got}” is no longer there"),
    "no_quantity": entry("没有写数量", "no quantity is given"),
    "bad_quantity": entry("“{got}”不是数量", "“{got}” is no quantity"),
    "price_changed": entry("单价由 {old} 变为 {new}", "the price was {old} and is {new} now"),
    "too_many_rows": entry("一次最多 {most} 行", "no more than {most} rows at a time"),
    "scan_not_in_it": entry("“{got}”不在这张单据里", "“{got}” is not on this document"),
    "scan_too_many": entry("“{name}”已经够 {most}，不能再多", "{most} of “{name}” are counted already; that is all"),
    "scan_elsewhere": entry("{got} 现在是：{status}", "{got} is now: {status}"),
    "scan_not_all": entry("还差 {left}", "{left} not counted yet"),
}
