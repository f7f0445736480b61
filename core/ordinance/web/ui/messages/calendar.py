"""The calendar: words in Chinese and English."""

WORDS: dict[str, tuple[str, str]] = {
    "calendar": ("日历", "Calendar"),
    "calendar_by": ("按哪个日期", "By which day"),
    "calendar_cut": (
        "有一周超过 {n} 条，未全部显示；请加条件或看列表。",
        "One week has more than {n}; not all are shown. Narrow it or use the list.",
    ),
    "show": ("显示", "Show"),
    "month": ("月", "Month"),
    "week": ("周", "Week"),
    "week_before": ("上一周", "Previous week"),
    "week_after": ("下一周", "Following week"),
    "month_before": ("上一月", "Previous month"),
    "month_after": ("下一月", "Following month"),
    "month_of": ("{year} 年 {month} 月", "{year}-{month}"),
    "day_1": ("周一", "Mon"),
    "day_2": ("周二", "Tue"),
    "day_3": ("周三", "Wed"),
    "day_4": ("周四", "Thu"),
    "day_5": ("周五", "Fri"),
    "day_6": ("周六", "Sat"),
    "day_7": ("周日", "Sun"),
}
