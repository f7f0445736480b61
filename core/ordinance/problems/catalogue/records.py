"""Words about values that people and programs send."""

from __future__ import annotations

from ordinance.problems.catalogue.entry import Entry, entry

ENTRIES: dict[str, Entry] = {
    "bad_json": entry("请求内容不是有效的 JSON:{detail}", "the body is not valid JSON: {detail}"),
    "too_deep": entry("嵌套超过 {most} 层", "nested deeper than {most} levels"),
    "too_big": entry("内容超过 {most} 字节", "larger than {most} bytes"),
    "unknown_field": entry("没有字段“{name}”", "there is no field “{name}”"),
    "wrong_type": entry("应为{wanted},实为{got}", "wanted {wanted}, got {got}"),
    "required": entry("请填写{label}", "{label} is required"),
    "too_long": entry("最多 {most} 个字符", "at most {most} characters"),
    "too_small": entry("不得小于 {least}", "not less than {least}"),
    "too_large": entry("不得大于 {most}", "not more than {most}"),
    "too_precise": entry("最多 {scale} 位小数", "at most {scale} decimals"),
    "not_an_option": entry("“{got}”不在选项内", "“{got}” is not one of the options"),
    "pattern": entry("格式不符:{pattern}", "does not match the pattern {pattern}"),
    "bad_reference": entry("没有{entity}“{got}”", "there is no {entity} “{got}”"),
    "ambiguous": entry("“{got}”对应多条{entity}", "“{got}” stands for more than one {entity}"),
    "not_unique": entry("{label}“{got}”已存在", "{label} “{got}” exists already"),
    "read_only": entry("{label}不可修改", "{label} cannot be written"),
    "unknown_parameter": entry("没有参数“{name}”", "there is no parameter “{name}”"),
    "duplicate_parameter": entry("参数“{name}”重复", "the parameter “{name}” is repeated"),
    "bad_parameter": entry("参数“{name}”的值无效:{detail}", "bad value for the parameter “{name}”: {detail}"),
    "if_match_required": entry("须带 If-Match 版本", "an If-Match header with the version is required"),
    "idempotency_mismatch": entry(
        "同一 Idempotency-Key 的内容不同", "the same Idempotency-Key was used with another body"
    ),
    "in_use": entry("仍被 {count} 条记录引用", "{count} record(s) still refer to it"),
    "append_only": entry("此类记录只能新增", "records of this kind can only be added"),
    "not_signed_in": entry("请先登录", "sign in first"),
    "bad_credentials": entry("用户名或密码不对", "the name or the password is wrong"),
    "too_many_tries": entry("尝试次数过多,请 {minutes} 分钟后再试", "too many tries; try again in {minutes} minutes"),
    "csrf": entry("页面已过期,请刷新后重试", "the page has expired; load it again"),
    "no_such_path": entry("没有此地址", "there is nothing at this address"),
    "method_not_allowed": entry("此地址不支持 {method}", "{method} is not supported here"),
    "unsupported_media": entry("不支持的内容类型:{got}", "the content type {got} is not supported"),
    "busy": entry("系统正忙,请稍后重试", "the system is busy; try again in a moment"),
    "internal": entry("内部错误,编号 {reference}", "internal error, reference {reference}"),
}
