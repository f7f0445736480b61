"""Every word the screens say themselves, once, in Chinese and English.

Labels of entities, fields, steps and roles are not here: they come from the site. A test finds text in a template that
does not come from this page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ordinance.problems import Text

WORDS: dict[str, tuple[str, str]] = {
    # frame
    "home": ("待我处理", "My work"),
    "skip": ("跳到正文", "Skip to content"),
    "menu": ("菜单", "Menu"),
    "close": ("关闭", "Close"),
    "navigation": ("导航", "Navigation"),
    "settings": ("设置", "Settings"),
    "steps_page": ("流程环节", "Steps"),
    "roles_page": ("角色与权限", "Roles and permissions"),
    "accounts_page": ("账号", "Accounts"),
    "search_or_go": ("搜索或跳转", "Search or go to"),
    "results_for": ("“{text}”的结果", "Results for “{text}”"),
    "no_results": ("没有找到“{text}”。", "Nothing found for “{text}”."),
    "pages": ("页面", "Page"),
    "language": ("语言", "Language"),
    "theme": ("外观", "Theme"),
    "light": ("浅色", "Light"),
    "dark": ("深色", "Dark"),
    "system": ("跟随系统", "System"),
    "sign_out": ("退出登录", "Sign out"),
    "keyboard": ("键盘快捷键", "Keyboard shortcuts"),
    "old_browser": (
        "此浏览器版本过旧，页面可能显示不正确。请使用 2024 年以后的版本。",
        "This browser is too old to show the pages properly. Please use a version from 2024 or later.",
    ),
    # sign-in
    "sign_in": ("登录", "Sign in"),
    "name": ("账号", "Account"),
    "password": ("密码", "Password"),
    "guide": ("入门指引", "Getting started"),
    "guide_lead": ("第一次登录，用一分钟了解怎么开始。", "Your first time here: a minute on how to begin."),
    "guide_done": ("知道了，开始使用", "Got it, start"),
    "guide_work": ("在“待我处理”开始", "Start from My work"),
    "guide_work_more": (
        "轮到您处理的单据都在这里，最早的在最上面；没有要填的内容时可以直接通过。",
        "Every document that waits for you is here, oldest first; where nothing is to be filled in, pass it at once.",
    ),
    "guide_go": ("按 Ctrl K 去任何地方", "Press Ctrl K to go anywhere"),
    "guide_go_more": (
        "输入单号、客户名称、拼音首字母或页面名称，回车打开。",
        "Type a number, a customer or the name of a page, and press Enter.",
    ),
    "guide_keys": ("整张单据不用鼠标", "A whole document without the mouse"),
    "guide_keys_more": (
        "回车到下一行，Ctrl S 保存，Ctrl Enter 保存并办理；按 ? 查看全部按键。",
        "Enter goes to the next row, Ctrl S saves, Ctrl Enter saves and does the step; press ? for all keys.",
    ),
    # inbox
    "inbox_empty": ("现在没有要您处理的单据。", "Nothing waits for you now."),
    "document": ("单据", "Document"),
    "waits_for": ("环节", "Step"),
    "since": ("到达时间", "Since"),
    "due": ("期限", "Due"),
    "amount": ("金额", "Amount"),
    "late": ("逾期", "late"),
    "act": ("办理", "Action"),
    "open_to_fill": ("填写并办理", "Fill in"),
    "open": ("打开", "Open"),
    # list
    "new": ("新建", "New"),
    "all": ("全部", "All"),
    "mine": ("待我处理", "For me"),
    "filter": ("搜索", "Search"),
    "filter_hint": ("单号、名称…", "Number, name …"),
    "add_filter": ("条件", "Filter"),
    "remove_filter": ("去掉条件：{name}", "Remove the filter {name}"),
    "clear_filters": ("清除全部条件", "Clear all filters"),
    "apply": ("应用", "Apply"),
    "columns": ("列", "Columns"),
    "export": ("导出", "Export"),
    "from": ("从", "From"),
    "to": ("到", "To"),
    "any": ("不限", "Any"),
    "yes": ("是", "Yes"),
    "no": ("否", "No"),
    "contains": ("含“{value}”", "contains “{value}”"),
    "at_least": ("≥ {value}", "≥ {value}"),
    "at_most": ("≤ {value}", "≤ {value}"),
    "filled": ("已填写", "is filled"),
    "not_filled": ("未填写", "is empty"),
    "step": ("环节", "Step"),
    "number": ("单号", "Number"),
    "status": ("状态", "Status"),
    "created_at": ("创建时间", "Created"),
    "shown_of": ("本页 {shown} 条，共 {count} 条", "{shown} on this page, {count} in all"),
    "page_total": ("本页合计", "This page"),
    "next_page": ("下一页", "Next"),
    "first_page": ("回到首页", "First page"),
    "list_empty": ("还没有{name}。", "No {name} yet."),
    "list_none": ("没有符合条件的{name}。", "No {name} matches these filters."),
    "sort_by": ("按“{name}”排序", "Sort by {name}"),
    "pick_all": ("选择本页全部", "Select all on this page"),
    "pick": ("选择 {name}", "Select {name}"),
    "picked": ("项已选", "selected"),
    "cancel_pick": ("取消", "Clear"),
    # form
    "new_of": ("新建{name}", "New {name}"),
    "details": ("基本信息", "Details"),
    "unsaved": ("未保存", "Unsaved"),
    "save": ("保存", "Save"),
    "save_draft": ("保存草稿", "Save draft"),
    "saved": ("已保存", "Saved"),
    "cancel": ("取消", "Cancel"),
    "send_back": ("退回", "Send back"),
    "send_back_to": ("退回到", "Send back to"),
    "take": ("领取", "Take"),
    "close_step": ("结束{name}", "Close {name}"),
    "reason": ("原因", "Reason"),
    "delete": ("删除", "Delete"),
    "delete_sure": ("确定删除“{name}”？删除后不能恢复。", "Delete “{name}”? This cannot be undone."),
    "suggestion": ("输入名称、编码或拼音首字母", "Type a name or a code"),
    "no_suggestion": ("没有匹配的记录", "No match"),
    "create_one": ("新建{name}", "New {name}"),
    "pick_date": ("选日期", "Pick"),
    "no_choice": ("（未选）", "(none)"),
    "must": ("必填", "required"),
    "no_number": ("（未编号）", "(no number yet)"),
    "draft": ("草稿", "Draft"),
    "opinion": ("意见", "Opinion"),
    "add_row": ("添加一行", "Add a row"),
    "cut_row": ("删除第 {row} 行", "Delete row {row}"),
    "row_gone": ("已删除一行", "Row deleted"),
    "undo": ("撤销", "Undo"),
    "row_of": ("第 {row} 行", "row {row}"),
    "more_fields": ("更多字段", "More fields"),
    "rows_count": ("{n} 行", "lines: {n}"),
    "grid_hint": ("下一行 · 可从 Excel 粘贴", "next row · paste from Excel"),
    "cut_hint": ("删除行", "delete row"),
    "errors_count": ("还有 {n} 处需要修改", "{n} things to correct"),
    "refused": ("现在不能办理", "Cannot be done now"),
    "timeline": ("动态", "History"),
    "timeline_empty": ("还没有动态。", "Nothing has happened yet."),
    "empty_value": ("空", "empty"),
    "for_whom": ("代 {name}", "for {name}"),
    "warned": ("提醒", "Note"),
    "stale": (
        "您填写时，这条记录已被别人修改。下面是不同之处，请选择。",
        "Somebody changed this record while you were filling it in. Here is what differs; please choose.",
    ),
    "yours": ("您的值", "Yours"),
    "theirs": ("现在的值", "Theirs"),
    "field": ("字段", "Field"),
    "keep_mine": ("保留我的并保存", "Keep mine and save"),
    "take_theirs": ("采用现在的值", "Take theirs"),
    "draft_found": ("这里有您上次没有保存的内容。", "There is something here you have not saved."),
    "draft_use": ("恢复", "Restore"),
    "draft_drop": ("丢弃", "Discard"),
    "offline": ("网络不通，内容还在这里，请稍后再试。", "No connection. Your input is still here; please try again."),
    # step states
    "on": ("启用", "On"),
    "off": ("停用", "Off"),
    "switched_off": ("已停用", "switched off"),
    "always_on": ("始终启用", "Always on"),
    "sometimes": ("按条件", "Conditional"),
    "skipped": ("已跳过", "skipped"),
    "waiting_now": ("{n} 单等待中", "{n} waiting"),
    "anyone": ("任何有权限的人", "whoever may"),
    "flow": ("流程图", "Flow"),
    "flow_of": ("{name}的流程图", "The flow of {name}"),
    "steps_lead": (
        "单据依次经过这些环节。停用的环节不再等人，但它带来的结果照常发生。",
        "A document passes these steps in order. A step that is off waits for nobody; its consequences still happen.",
    ),
    "lanes": ("旁路", "Side flows"),
    "end": ("结束", "End"),
    # roles and accounts
    "roles_lead": (
        "表中的内容来自配置。有勾表示该角色拥有这项权限。",
        "This table is made from the configuration. A tick means the role has the permission.",
    ),
    "permission": ("权限", "Permission"),
    "has_it": ("有", "has it"),
    "accounts_lead": (
        "公司账号由系统管理员添加、停用和重置密码。",
        "The system administrator adds and suspends accounts and resets passwords.",
    ),
    "person_name": ("姓名", "Name"),
    "roles": ("角色", "Roles"),
    "belongs_to": ("所属", "Belongs to"),
    "active": ("正常", "Active"),
    "suspended": ("已停用", "Suspended"),
    "add_account": ("添加账号", "Add an account"),
    "suspend": ("停用", "Suspend"),
    "restore": ("恢复", "Restore"),
    "reset_password": ("重置密码", "Reset password"),
    "new_password": ("新密码", "New password"),
    "initial_password": ("初始密码", "First password"),
    # errors
    "error_403": ("您没有权限打开这个页面", "You may not open this page"),
    "error_403_do": (
        "如果工作需要，请联系系统管理员开通权限。",
        "If you need it for your work, ask the system administrator.",
    ),
    "error_404": ("没有找到这个页面", "This page was not found"),
    "error_404_do": (
        "地址可能有误，或者记录已不可见。可以按 Ctrl K 搜索。",
        "The address may be wrong, or the record is no longer visible to you. Ctrl K searches.",
    ),
    "error_409": ("现在不能这样做", "This cannot be done now"),
    "error_409_do": ("单据的情况可能已经变化，请返回查看。", "The document may have moved on; go back and look."),
    "error_500": ("系统出了问题", "Something went wrong on our side"),
    "error_500_do": (
        "什么都没有写入。请重试；如果再次出现，把下面的编号告诉系统管理员。",
        "Nothing was written. Try again; if it happens again, tell the system administrator the reference below.",
    ),
    "reference": ("编号", "Reference"),
    "go_home": ("回到待我处理", "Back to My work"),
    "go_back": ("返回", "Back"),
    # keys
    "keys_global": ("到处可用", "Everywhere"),
    "keys_list": ("列表", "List"),
    "keys_form": ("表单", "Form"),
    "keys_grid": ("明细表格", "Line grid"),
    "keys_type": ("下拉联想", "Suggestions"),
    "key_palette": ("搜索或跳转", "Search or go to"),
    "key_filter": ("搜索列表", "Search the list"),
    "key_go": ("去部门：{name}", "Go to {name}"),
    "key_new": ("新建", "New"),
    "key_help": ("这份帮助", "This help"),
    "key_escape": ("关闭最上层", "Close the topmost thing"),
    "key_move": ("上下移动", "Move"),
    "key_pick": ("勾选；Shift 连选", "Select; Shift for a range"),
    "key_open": ("打开", "Open"),
    "key_act": ("办理下一步", "Do the next step"),
    "key_export": ("导出", "Export"),
    "key_save": ("保存", "Save"),
    "key_save_step": ("保存并办理", "Save and do the step"),
    "key_next_row": ("下一行，末行新增", "Next row; a new one after the last"),
    "key_previous_row": ("上一行", "Previous row"),
    "key_rows": ("上下行", "Rows"),
    "key_copy_above": ("复制上一格", "Copy the cell above"),
    "key_cut": ("删除行，可撤销", "Delete the row, can be undone"),
    "key_more": ("本行更多字段", "More fields of the row"),
    "key_restore": ("恢复原值", "Restore the value"),
    "key_take": ("选中", "Take"),
    "key_show_all": ("显示全部", "Show all"),
    "keys_off": ("关闭单键快捷键", "Switch single-letter keys off"),
    # moments
    "done": ("已完成", "Done"),
    "gone": ("已删除", "Deleted"),
    "today": ("今天", "Today"),
    "yesterday": ("昨天", "Yesterday"),
    "the_house": ("系统", "The system"),
    "and": ("；", "; "),
}


def words(locale: str) -> Callable[..., str]:
    """Return the function `t(key, **values)` that speaks one language.

    Args:
        locale: `zh` or `en`, or longer forms such as `zh-CN`.

    Returns:
        A function that raises `KeyError` for a key this page does not have: an untranslated word must not reach a user.
    """
    spoken = {key: Text(*pair).in_(locale) for key, pair in WORDS.items()}

    def say(key: str, **values: Any) -> str:
        return spoken[key].format(**values) if values else spoken[key]

    return say


#: What the browser's modules need to say, sent with each page as a block of JSON.
BROWSER_WORDS = (
    "unsaved", "saved", "offline", "row_gone", "undo", "no_suggestion", "create_one", "pages",
    "no_results", "errors_count", "pick_date", "keys_off", "draft_found",
    "draft_use", "draft_drop", "picked", "close",
)  # fmt: skip
