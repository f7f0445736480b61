"""Print: words in Chinese and English."""

WORDS: dict[str, tuple[str, str]] = {
    "print": ("打印", "Print"),
    "print_of": ("打印 {name}", "Print {name}"),
    "print_lead": (
        "选择一种单据。内容与你能看到的一致；二维码指向这条记录。",
        "Choose a paper. It shows what you may see; the code leads to this record.",
    ),
    "print_open": ("打开 PDF", "Open the PDF"),
    "print_back": ("回到记录", "Back to the record"),
    "print_none": ("这条记录没有可打印的单据。", "There is nothing to print of this record."),
    "print_look": ("“{name}”第一页的样子", "What the first page of {name} looks like"),
    "print_wrong": ("这份单据现在排不出来", "This paper cannot be made now"),
    "print_wrong_lead": (
        "打印模板有错误，请把下面的话告诉维护配置的人。",
        "Its template is wrong. Tell whoever looks after the configuration what stands below.",
    ),
}  # fmt: skip
