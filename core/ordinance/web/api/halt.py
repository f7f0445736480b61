"""End a request early with problem details. Only this room raises it, and only this room answers it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException

from ordinance.problems import Reason, reason
from ordinance.web.problem_details import MEDIA_TYPE, problem_body
from ordinance.web.visit import get_visit


class Halt(Exception):  # noqa: N818 - it ends a request, it is no fault
    """A request that cannot go on: its kind (a key of `STATUS`) and every reason."""

    def __init__(
        self, kind: str, reasons: Iterable[Reason], headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        self.kind = kind
        self.reasons = tuple(reasons)
        self.headers = dict(headers or {})
        self.more = more
        super().__init__(kind)


def answer_halt(request: Request[Any, Any, Any], halt: Halt) -> Response[bytes]:
    """Return the problem details of a halted request."""
    visit = get_visit(request.scope)
    status, body = problem_body(halt.kind, halt.reasons, visit.locale, visit.id, **halt.more)
    return Response(msgspec.json.encode(body), status_code=status, media_type=MEDIA_TYPE, headers=halt.headers)


def answer_http(request: Request[Any, Any, Any], fault: HTTPException) -> Response[bytes]:
    """Return the problem details of what the router refuses: no such path, no such method."""
    if fault.status_code == 405:
        halt = Halt("method_not_allowed", (reason("method_not_allowed", method=request.method),), fault.headers)
    elif fault.status_code in (401, 403):
        halt = Halt("not_allowed", (reason("not_allowed", what=request.method),))
    elif fault.status_code == 404:
        halt = Halt("not_found", (reason("no_such_path"),))
    else:
        halt = Halt("bad_request", (reason("bad_parameter", name="request", detail=str(fault.status_code)),))
    return answer_halt(request, halt)
