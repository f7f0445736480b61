"""Words about print formats and their templates."""

from __future__ import annotations

from ordinance.problems.catalogue.entry import Entry, entry

ENTRIES: dict[str, Entry] = {
    "no_template": entry(
        "print/ 文件夹里没有模板“{file}”",
        "there is no template “{file}” in any print/ folder",
        remedy=(
            "把它放进部门的 print/ 或公司的 config/print/",
            "put it into print/ of the department or config/print/ of the company",
        ),
    ),
    "print_left_out": entry(
        "没有流程办理“{entity}”，此打印格式略去",
        "no workflow moves “{entity}”; this print format is left out",
        severity="note",
    ),
    "print_template": entry("打印模板有错误：{detail}", "the print template is wrong: {detail}"),
    "print_package": entry(
        "打印模板不能从网上取用“{name}”", "a print template cannot fetch “{name}” from the network",
        remedy=("把文件复制到 print/ 文件夹", "copy its files into the print/ folder"),
    ),
    "print_slow": entry(
        "打印模板“{file}”在 {seconds} 秒内没有排完",
        "the print template “{file}” was not done within {seconds} seconds",
        remedy=("检查模板里的循环", "look at the loops of the template"),
    ),
    "print_no_font": entry(
        "找不到中文字体，不打印出方框",
        "there is no font with Chinese characters, and no boxes are printed in their place",
        remedy=(
            "安装 pylopdf-fonts-zh-cn 或系统的 fonts-noto-cjk，或用 ORDINANCE_FONTS 指明字体文件夹",
            "install pylopdf-fonts-zh-cn or the system's fonts-noto-cjk, or name a folder of fonts in ORDINANCE_FONTS",
        ),
    ),
    "print_failed": entry("排版程序中断了", "the typesetter ended before it was done"),
    "no_such_print": entry("“{entity}”没有打印格式“{name}”", "“{entity}” has no print format “{name}”"),
    "print_not_now": entry("这张单据现在不能打印“{name}”", "this record cannot be printed as “{name}” now"),
}
