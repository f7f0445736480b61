"""The board: words in Chinese and English."""

WORDS: dict[str, tuple[str, str]] = {
    "board": ("看板", "Board"),
    "list": ("列表", "List"),
    "show_list": ("查看列表", "Show the list"),
    "more_cards": ("另有 {n} 条", "{n} more"),
    "move_to": ("移动到…", "Move to …"),
    "send_back_into": ("退回到{step}", "Send back to {step}"),
    "card_moved": ("{name} 已移到{lane}", "{name} is now in {lane}"),
    "card_refused": ("{name} 未移动：{why}", "{name} did not move: {why}"),
}
