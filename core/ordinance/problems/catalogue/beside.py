"""Words about what stands beside a record: files and notes."""

from __future__ import annotations

from ordinance.problems.catalogue.entry import Entry, entry

ENTRIES: dict[str, Entry] = {
    "no_such_file": entry("没有这个附件", "there is no such file"),
    "file_missing": entry("请选择文件", "no file was sent"),
    "file_empty": entry("文件“{name}”是空的", "the file “{name}” is empty"),
    "file_too_large": entry(
        "文件“{name}”超过 {most}",
        "the file “{name}” is larger than {most}",
        remedy=("压缩后再上传，或请管理员调高公司的上限", "make it smaller, or have the company's limit raised"),
    ),
    "file_type": entry(
        "不接受这类文件：{name}", "files of this kind are not accepted: {name}",
        remedy=("可以上传：{types}", "these may be sent: {types}"),
    ),
    "file_content": entry(
        "“{name}”的内容与其扩展名不符", "what “{name}” holds is not what its name says",
        remedy=("用原来的程序重新保存后再上传", "save it again with its own program"),
    ),
    "not_a_picture": entry("“{name}”不是图片", "“{name}” is not a picture"),
    "file_in_field": entry(
        "这个附件正用于“{field}”", "this file is in use in “{field}”",
        remedy=("先在该字段中去掉它", "take it out of that field first"),
    ),
    "not_yours": entry("这不是您写的或上传的", "this is not yours"),
    "note_empty": entry("请写点什么", "write something"),
    "note_settled": entry(
        "备注写下 {minutes} 分钟后不能再改", "a note cannot be changed {minutes} minutes after it was written",
        remedy=("可以再写一条", "write another one"),
    ),
    "no_such_note": entry("没有这条备注", "there is no such note"),
}  # fmt: skip
