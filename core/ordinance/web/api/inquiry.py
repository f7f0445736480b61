"""What a handler needs of a request, checked: who calls, the body, the version it was made for, the key of a retry."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Request
from litestar.di import NamedDependency
from litestar.params import FromPath

from ordinance.access import Actor
from ordinance.acts import Call, House
from ordinance.acts.house import Channel
from ordinance.fields.face import kind_of
from ordinance.problems import Reason, Text, reason
from ordinance.web.api.halt import Halt
from ordinance.web.json_body import read_json
from ordinance.web.visit import Visit, get_visit, header

AnyRequest = Request[Any, Any, Any]
GivenHouse = NamedDependency[House]
"""The site, as the router hands it to a handler."""

InPath = FromPath[str]
"""A part of the path, as it stands."""

_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_TAG = re.compile(r'"([1-9][0-9]{0,17})"')
_ID = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)
_ID_MAX = 2**63 - 1
_CHALLENGE = {"www-authenticate": "Bearer"}

KINDS: Mapping[type, Text] = {
    str: Text("文本", "a text"),
    dict: Text("对象", "an object"),
    list: Text("列表", "a list"),
    int: Text("整数", "a whole number"),
}
"""What a member of a body should have been, in words."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member that a body may have."""

    kind: type
    options: tuple[str, ...] = ()


def actor_of(request: AnyRequest) -> Actor:
    """Return who sent the request.

    Raises:
        Halt: nobody signed in.
    """
    actor = get_visit(request.scope).actor
    if actor is None:
        raise Halt("not_signed_in", (reason("not_signed_in"),), _CHALLENGE)
    return actor


def call_of(request: AnyRequest) -> Call:
    """Return the call of a request: who, when, in which language, by which door, with which key.

    Raises:
        Halt: nobody signed in, or the key is none.
    """
    visit, actor = get_visit(request.scope), actor_of(request)
    channel: Channel = "api" if visit.by == "token" else "portal" if actor.portal else "office"
    key = header(request.scope, b"idempotency-key")
    if key is not None and not _KEY.fullmatch(key):
        raise Halt("bad_request", (reason("bad_header", name="Idempotency-Key", detail="1…255 ASCII"),))
    print_ = _fingerprint(request, visit) if key is not None else ""
    return Call(actor, visit.now, visit.locale, channel, key, fingerprint=print_)


def call_about(request: AnyRequest, house: House, entity: str) -> Call:
    """Return the call of a request about some entity; as `call_of`.

    Raises:
        Halt: as there; or there is no such entity and no workflow of that name.
    """
    call = call_of(request)
    if entity not in house.blueprint.entities and entity not in house.blueprint.workflows:
        raise Halt("not_found", (reason("no_such_path"),))
    return call


def id_of(text: str) -> int:
    """Return the id of a path.

    Raises:
        Halt: it is none, so there is no such record.
    """
    if not _ID.fullmatch(text) or int(text) > _ID_MAX:
        raise Halt("not_found", (reason("not_found"),))
    return int(text)


def body_of(request: AnyRequest, *, optional: bool = False) -> dict[str, Any]:
    """Return the JSON object a request carries.

    Args:
        request: The request.
        optional: Whether no body at all stands for an empty object.

    Raises:
        Halt: the body is another type, no JSON, or has faults of form; all are named.
    """
    body = get_visit(request.scope).body
    if not body and optional:
        return {}
    media = (header(request.scope, b"content-type") or "").partition(";")[0].strip().lower()
    if media != "application/json" and not (media.startswith("application/") and media.endswith("+json")):
        raise Halt("unsupported_media", (reason("unsupported_media", got=media[:100]),))
    value, faults, readable = read_json(body)
    if not readable:
        raise Halt("bad_request", faults)
    if not faults and not isinstance(value, dict):
        faults = (reason("json_object", ""),)
    if faults:
        raise Halt("invalid", faults)
    return dict(value)


def members_of(body: Mapping[str, Any], members: Mapping[str, Member]) -> None:
    """Check that a body has only these members, each of its kind; null stands for one left out.

    Raises:
        Halt: it has others; every fault is named.
    """
    faults: list[Reason] = []
    for name, value in body.items():
        member = members.get(name)
        if member is None:
            faults.append(reason("unknown_field", f"/{_escaped(name)}", name=name[:100]))
        elif value is not None and (not isinstance(value, member.kind) or isinstance(value, bool)):
            faults.append(reason("wrong_type", f"/{name}", wanted=KINDS[member.kind], got=kind_of(value)))
        elif isinstance(value, str) and member.options and value not in member.options:
            faults.append(reason("not_an_option", f"/{name}", wanted=member.options, got=value[:100]))
    if faults:
        raise Halt("invalid", faults)


def version_of(request: AnyRequest, *, required: bool) -> int | None:
    """Return the version in `If-Match`; None for `*`, and for a missing header where it is not required.

    Raises:
        Halt: it is missing though required (428), or it is no version of ours, so it cannot match (412).
    """
    tag = header(request.scope, b"if-match")
    if tag is None:
        if required:
            raise Halt("if_match_required", (reason("if_match_required"),))
        return None
    if tag.strip() == "*":
        return None
    matched = _TAG.fullmatch(tag.strip())
    if matched is None:
        raise Halt("stale", (reason("stale", got=tag[:40]),))
    return int(matched[1])


def _fingerprint(request: AnyRequest, visit: Visit) -> str:
    """What makes two requests with one key the same: method, address, version and body."""
    scope = request.scope
    parts = (scope["method"].encode(), scope["path"].encode(), scope["query_string"], visit.body)
    match = (header(scope, b"if-match") or "").encode()
    return hashlib.sha256(b"\x00".join((*parts, match))).hexdigest()


def _escaped(name: str) -> str:
    return name[:100].replace("~", "~0").replace("/", "~1")
