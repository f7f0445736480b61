"""Words about accounts, passwords, roles given to people, and what comes in over HTTP."""

from __future__ import annotations

from ordinance.problems.catalogue.entry import Entry, entry

ENTRIES: dict[str, Entry] = {
    "password_short": entry("密码至少 {least} 个字符", "a password has at least {least} characters"),
    "password_long": entry("密码最多 {most} 个字符", "a password has at most {most} characters"),
    "password_name": entry("密码不能包含用户名", "the password may not contain the name"),
    "password_common": entry("此密码过于常见", "this password is too common"),
    "password_wrong": entry("原密码不对", "the present password is wrong"),
    "must_change": entry("请先设置自己的密码", "choose a password of your own first"),
    "passwords_differ": entry("两次输入的新密码不一致", "the new password was typed differently the second time"),
    "key_only": entry("系统账号只能使用密钥", "an account of a system uses a key, not a password"),
    "no_such_role": entry("没有角色“{role}”", "there is no role “{role}”"),
    "role_of": entry("角色“{role}”须属于一个{entity}", "the role “{role}” belongs to one {entity}: say which"),
    "roles_mixed": entry("这些角色不能同属一个账号:{roles}", "one account cannot hold these roles together: {roles}"),
    "duty_roles": entry(
        "职责分离“{duty}”:这些角色不能给同一人", "duties kept apart, “{duty}”: not both for one person"
    ),
    "last_manager": entry("至少保留一个能管理账号的启用账号", "one active account that manages accounts must remain"),
    "role_not_yours": entry("你不能授予角色“{role}”", "you may not give the role “{role}”"),
    "bad_token": entry("令牌无效或已撤销", "the token is unknown or was revoked"),
    "json_duplicate": entry("键“{name}”重复", "the key “{name}” is repeated"),
    "json_number": entry("数字“{got}”超出范围", "the number {got} is out of range"),
    "json_object": entry("请求内容应为 JSON 对象", "the body is a JSON object"),
    "bad_header": entry("请求头 {name} 无效:{detail}", "bad value for the header {name}: {detail}"),
    "cross_site": entry("拒绝来自其他网站的请求", "a request from another site is refused"),
}
