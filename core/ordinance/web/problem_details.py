"""Every error body of the house, made by one function. Source: RFC 9457, design.md §9."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from ordinance.problems import Place, Reason, Text, reason

MEDIA_TYPE = "application/problem+json"

STATUS = {
    "invalid": 422,
    "not_found": 404,
    "not_allowed": 403,
    "conflict": 409,
    "stale": 412,
    "bad_request": 400,
    "not_signed_in": 401,
    "if_match_required": 428,
    "method_not_allowed": 405,
    "too_big": 413,
    "unsupported_media": 415,
    "too_many": 429,
    "internal": 500,
    "busy": 503,
}
"""HTTP status by the kind of a refusal."""

TITLES = {
    400: ("请求有误", "bad request"),
    401: ("请先登录", "sign in first"),
    403: ("没有权限", "not allowed"),
    404: ("没有找到", "not found"),
    405: ("不支持的方法", "method not allowed"),
    409: ("现在不能这样做", "not possible now"),
    412: ("记录已被修改", "the record has changed"),
    413: ("内容过大", "too large"),
    415: ("不支持的内容类型", "unsupported media type"),
    422: ("内容有误", "some values are wrong"),
    428: ("缺少版本", "a version is required"),
    429: ("尝试过多", "too many requests"),
    500: ("内部错误", "internal error"),
    503: ("系统正忙", "busy"),
}
"""Short words of each status, in Chinese and English."""


def problem_body(
    kind: str, reasons: Iterable[Reason], locale: str = "en", instance: str | None = None, **more: Any
) -> tuple[int, dict[str, Any]]:
    """Return the status and the body of an error.

    Args:
        kind: A key of `STATUS`; an act's `Refused.kind` is one.
        reasons: Every reason, worst first; the first gives the body its code and detail.
        locale: Language of the words; the codes are the same in all.
        instance: The request's id, to find it in the log.
        more: Further members, such as the `version` that a stale request should have named.
    """
    status = STATUS[kind]
    every = tuple(reasons) or (reason("internal", reference=instance or ""),)
    zh, en = TITLES[status]
    first = every[0]
    body: dict[str, Any] = {
        "type": f"urn:ordinance:problem:{first.code}",
        "title": zh if locale.startswith("zh") else en,
        "status": status,
        "code": first.code,
        "detail": first.message.in_(locale),
        "reasons": [_reason(each, locale) for each in every],
        **more,
    }
    if instance is not None:
        body["instance"] = f"urn:ordinance:request:{instance}"
    return status, body


def problem_bytes(
    kind: str, reasons: Iterable[Reason], locale: str = "en", instance: str | None = None
) -> tuple[int, bytes]:
    """Return the same as `problem_body`, encoded."""
    status, body = problem_body(kind, reasons, locale, instance)
    return status, msgspec.json.encode(body)


def _reason(each: Reason, locale: str) -> Mapping[str, Any]:
    said: dict[str, Any] = {"code": each.code, "message": each.message.in_(locale)}
    if each.where is not None:
        said["pointer" if each.where == "" or each.where.startswith("/") else "where"] = each.where
    for name, value in (("wanted", each.wanted), ("got", each.got)):
        if value is not None:
            said[name] = _plain(value, locale)
    if each.remedy:
        said["remedy"] = each.remedy.in_(locale)
    if each.place is not None:
        said["place"] = _place(each.place)
    return said


def _place(place: Place) -> Mapping[str, Any]:
    return {"file": place.file, "line": place.line, "column": place.column}


def _plain(value: Any, locale: str) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Text):
        return value.in_(locale)
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each, locale) for each in value]
    return value if isinstance(value, str | int | bool) else str(value)
