"""Words about YAML files, their shapes, and layers."""

from __future__ import annotations

from ordinance.problems.catalogue.entry import Entry, entry

_FILES: dict[str, Entry] = {
    "unreadable": entry("无法读取文件：{detail}", "the file cannot be read: {detail}"),
    "file_too_big": entry(
        "文件超过 {most} 字节",
        "the file has more than {most} bytes",
        remedy=("把它分成几个文件", "split it into several files"),
    ),
    "bad_encoding": entry(
        "不是 UTF-8 文本：字节 {byte}",
        "this is not UTF-8: byte {byte}",
        remedy=("另存为 UTF-8", "save the file as UTF-8"),
    ),
    "control_character": entry(
        "含有不可见字符 {character}",
        "there is an invisible character here, {character}",
        remedy=("删除它", "delete it"),
    ),
    "tab": entry("缩进中有制表符", "a tab is used to indent this line", remedy=("改用空格缩进", "indent with blanks")),
    "cut_off": entry(
        "文件在此中断，内容不完整",
        "the file ends here in the middle of a value",
        remedy=("补全最后一行", "complete its end"),
    ),
    "not_closed": entry(
        "缺少 {wanted}",
        "{wanted} is missing",
        remedy=(
            "检查括号和逗号；含 , [ ] {{ }} 的表达式要加引号",
            "check brackets and commas; put an expression with , [ ] {{ }} in quotes",
        ),
    ),
    "colon_in_value": entry(
        "值里的冒号让 YAML 以为又是一个键",
        "a colon inside this value makes YAML read it as another key",
        remedy=("给整个值加引号", "put the whole value in quotes"),
    ),
    "missing_colon": entry(
        "键后面缺少冒号", "there is no colon behind this key", remedy=("写成 键: 值", "write key: value")
    ),
    "bad_indentation": entry(
        "缩进与上下行对不齐",
        "this line is not indented like its neighbours",
        remedy=("同一层用同样多的空格", "give all keys of one map the same number of blanks"),
    ),
    "bad_start": entry(
        "值不能以 {character} 开头",
        "a value cannot begin with {character}",
        remedy=("给整个值加引号", "put the value in quotes"),
    ),
    "bad_escape": entry(
        "双引号中没有这种转义",
        "there is no such escape inside double quotes",
        remedy=("反斜线写两遍，或改用单引号", "double the backslash, or use single quotes"),
    ),
    "yaml_syntax": entry("不是有效的 YAML：{detail}", "this is not YAML: {detail}"),
    "two_documents": entry(
        "一个文件里有多份文档",
        "a file holds one document; another begins here",
        remedy=("去掉 ---", "take away the line ---"),
    ),
    "directive": entry("不使用 % 指令", "% directives are not used here", remedy=("删除此行", "delete the line")),
    "not_a_map": entry(
        "文件最外层应是 键: 值",
        "the top of a file must be a map of keys",
        remedy=("以 schema: 1 开头", "begin with schema: 1"),
    ),
    "duplicate_key": entry(
        "键“{key}”重复",
        "the key “{key}” stands here twice",
        remedy=("合并，或改名", "put both together, or rename one"),
    ),
    "tag": entry(
        "不使用标签 {tag}",
        "the tag {tag} is not used here",
        remedy=("删除它：类型由键决定", "delete it: the key decides the type"),
    ),
    "anchor": entry(
        "不使用锚 &{name}",
        "the anchor &{name} is not used here",
        remedy=("写出两遍，或用 like、every_step", "write it out, or use like or every_step"),
    ),
    "alias": entry(
        "不使用引用 *{name}",
        "the alias *{name} is not used here",
        remedy=("写出两遍，或用 like、every_step", "write it out, or use like or every_step"),
    ),
    "merge_key": entry(
        "不使用合并键 <<",
        "the merge key << is not used here",
        remedy=("用 like、uses 或 every_step", "use like, uses or every_step"),
    ),
    "key_not_text": entry(
        "键必须是文字", "a key must be a text", remedy=("表达式要加引号", "put an expression with braces in quotes")
    ),
    "nested_too_deep": entry("嵌套超过 {most} 层", "nested deeper than {most} levels"),
    "too_many_values": entry("文件中的值超过 {most} 个", "the file holds more than {most} values"),
    "missing_schema": entry(
        "缺少 schema", "there is no schema", remedy=("第一行写 schema: 1", "write schema: 1 as the first line")
    ),
    "other_schema": entry(
        "不认识 schema {got}",
        "schema {got} is not known",
        remedy=("写 schema: 1", "write schema: 1; newer files need a newer program"),
    ),
}

_SHAPES: dict[str, Entry] = {
    "unknown_key": entry("{where}中没有键“{key}”", "there is no key “{key}” in {where}"),
    "split_expression": entry(
        "{where}中没有键“{key}”",
        "there is no key “{key}” in {where}",
        remedy=(
            "花括号里的逗号把表达式切断了，请给整个表达式加引号",
            "a comma inside {{ }} splits an expression: put the expression in quotes",
        ),
    ),
    "missing_blank": entry(
        "“{key}”的冒号后缺少空格",
        "there is no blank behind the colon in “{key}”",
        remedy=("写成 键: 值", "write key: value"),
    ),
    "missing_key": entry("{where}缺少“{key}”", "{where} has no “{key}”", remedy=("加上 {key}:", "add {key}:")),
    "wrong_shape": entry("{where}应为{wanted}，实为{got}", "{where} must be {wanted}, not {got}"),
    "not_accepted": entry("{where}不能是“{got}”", "{where} cannot be “{got}”"),
    "bad_boolean": entry(
        "{where}应为 true 或 false，实为“{got}”",
        "{where} must be true or false, not “{got}”",
        remedy=("写 true 或 false", "write true or false"),
    ),
    "bad_id": entry(
        "“{got}”不能作标识",
        "“{got}” cannot be an id",
        remedy=(
            "用小写字母开头的字母、数字和下划线，最多 40 个",
            "use small letters, digits and _, beginning with a letter, at most 40",
        ),
    ),
    "bad_path": entry(
        "“{got}”不是字段",
        "“{got}” is not the name of a field",
        remedy=("写成 field 或 lines.field", "write field, or lines.field"),
    ),
    "bad_code": entry(
        "“{got}”不能作代码",
        "“{got}” cannot be a code",
        remedy=("用字母、数字和 . _ -，最多 40 个", "use letters, digits and . _ -, at most 40"),
    ),
    "bad_integer": entry(
        "{where}应为整数，实为“{got}”",
        "{where} must be a whole number, not “{got}”",
        remedy=("写成 3", "write it like 3"),
    ),
    "bad_decimal": entry(
        "{where}应为数字，实为“{got}”",
        "{where} must be a number, not “{got}”",
        remedy=("写成 3 或 3.50", "write it like 3 or 3.50"),
    ),
    "bad_span": entry(
        "{where}应为时长，实为“{got}”",
        "{where} must be a length of time, not “{got}”",
        remedy=("写成 30min、4h、2d、5wd、1mo", "write it like 30min, 4h, 2d, 5wd (working days) or 1mo"),
    ),
    "bad_date": entry(
        "{where}应为日期，实为“{got}”",
        "{where} must be a date, not “{got}”",
        remedy=("写成 2026-12-01", "write it like 2026-12-01"),
    ),
    "impossible_date": entry(
        "没有 {got} 这一天", "there is no such day as {got}", remedy=("检查月份和日期", "check the month and the day")
    ),
    "bad_hours": entry(
        "{where}应为时段，实为“{got}”",
        "{where} must be working hours, not “{got}”",
        remedy=("写成 09:00-12:00", "write them like 09:00-12:00"),
    ),
    "bad_zone": entry(
        "没有时区“{got}”", "there is no time zone “{got}”", remedy=("写成 Asia/Shanghai", "write it like Asia/Shanghai")
    ),
    "one_name_per_item": entry(
        "列表中一项只能有一个名称",
        "an item of this list has one name and what belongs to it",
        remedy=("写成 - {{名称: {{…}}}}", "write it as - {{name: {{…}}}}"),
    ),
    "shape_fault": entry("{where}不符：{detail}", "{where} does not fit: {detail}"),
}

_LAYERS: dict[str, Entry] = {
    "conflict": entry(
        "{first}与{second}对“{path}”的说法不同",
        "{first} and {second} differ on “{path}”",
        remedy=(
            "在公司的文件里写明，或让其中一个 requires 另一个",
            "say it in the company's own file, or let one require the other",
        ),
    ),
    "listed_twice": entry(
        "“{id}”在同一列表中出现两次",
        "“{id}” stands in this list twice",
        remedy=("用 as: 另起一个名称", "give one a name of its own with as:"),
    ),
    "remove_absent": entry("没有“{id}”，无法去掉", "there is no “{id}” to remove"),
    "unknown_neighbour": entry(
        "“{id}”要放在“{anchor}”旁边，但没有该环节", "“{id}” is placed beside “{anchor}”, which is no step here"
    ),
    "placement_cycle": entry("这些环节互相等待先后：{cycle}", "these steps are each placed beside the next: {cycle}"),
    "unplaced_step": entry(
        "流程“{workflow}”里新增的“{id}”没有说放在哪里",
        "“{id}” is new in the workflow “{workflow}” and does not say where it stands",
        remedy=("加上 after: 或 before:", "say after: or before:"),
    ),
    "enabled_always": entry(
        "环节“{id}”是 enabled: always，不得关闭或去掉",
        "the step “{id}” is enabled: always; no later layer may switch it off or remove it",
        remedy=("删除这一处改动", "take this change back"),
    ),
    "unknown_like": entry("没有流程“{like}”可作底本", "there is no workflow “{like}” to be like"),
    "like_cycle": entry("这些流程互为底本：{cycle}", "these workflows are each like the next: {cycle}"),
    "unknown_offer": entry("没有部门提供“{id}”", "no department offers “{id}”"),
    "bare_step": entry(
        "“{id}”不在实体“{entity}”的环节目录里",
        "“{id}” is not offered for the entity “{entity}”",
        remedy=("写 uses: 部门.环节，或给它一个 label", "say uses: department.step, or give it a label of its own"),
    ),
    "ambiguous_offer": entry(
        "“{id}”由多个部门提供：{offers}",
        "“{id}” is offered by more than one department: {offers}",
        remedy=("用 uses: 写明", "say which with uses:"),
    ),
    "foreign_id": entry(
        "“{id}”不属于部门“{department}”",
        "“{id}” does not belong to the department “{department}”",
        remedy=("去掉前缀", "leave the prefix away"),
    ),
}

ENTRIES: dict[str, Entry] = {**_FILES, **_SHAPES, **_LAYERS}
