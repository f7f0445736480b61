"""The inbox: words in Chinese and English."""

WORDS: dict[str, tuple[str, str]] = {
    "inbox_empty": ("现在没有要您处理的单据。", "Nothing waits for you now."),
    "inbox_empty_here": ("这个环节现在没有要您处理的单据。", "Nothing waits for you at this step now."),
    "inbox_all": ("全部", "All"),
    "inbox_late": ("{n} 张逾期", "{n} late"),
    "document": ("单据", "Document"),
    "waits_for": ("环节", "Step"),
    "since": ("到达时间", "Since"),
    "due": ("期限", "Due"),
    "amount": ("金额", "Amount"),
    "late": ("逾期", "late"),
    "act": ("办理", "Action"),
    "open_to_fill": ("填写并办理", "Fill in"),
    "open": ("打开", "Open"),
}
