"""Why is it so?: words in Chinese and English."""

WORDS: dict[str, tuple[str, str]] = {
    "why": ("为什么？", "Why?"),
    "why_of": ("关于{name}", "About {name}"),
    "why_about": ("为什么？{name}", "Why? {name}"),
    "why_yes": ("成立", "holds"),
    "why_no": ("不成立", "does not hold"),
    "why_unknown": ("无法判断", "cannot be told"),
    "why_changes": ("最少要改变", "It would take"),
    "why_nothing": ("没有办法改变。", "Nothing would change this."),
    "why_proved": ("试过：这样就可以。", "Tried: that is enough."),
    "why_still": ("试过，仍然不行", "Tried, and there remains"),
    "why_for": ("换一个账号或角色来问", "Ask for another account or role"),
    "why_ask": ("查看", "Show"),
    "why_not_mine": ("为什么不在我的待办里？", "Why is it not in my work?"),
    "not_shown": ("未显示：", "Not shown:"),
}
