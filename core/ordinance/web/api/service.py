"""For machines that look after the service: is it alive, is it ready, what does its API look like."""

from __future__ import annotations

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency

from ordinance.acts import Force
from ordinance.problems import reason
from ordinance.storage import StorageError
from ordinance.web.api.halt import Halt
from ordinance.web.api.inquiry import AnyRequest, GivenHouse
from ordinance.web.api.openapi import describe
from ordinance.web.api.replies import reply


@get("/health", name="api.health")
async def read_health(request: AnyRequest) -> Response[bytes]:
    """Answer that the process is alive; nothing else is looked at."""
    return reply({"status": "alive"})


@get("/ready", name="api.ready")
async def read_ready(request: AnyRequest, house: GivenHouse) -> Response[bytes]:
    """Answer that requests can be served: the database answers, a configuration is in force."""
    try:
        async with house.database.work(write=False) as work:
            await work.fetch_one("SELECT 1 AS one")
    except (StorageError, OSError) as fault:
        raise Halt("busy", (reason("busy"),)) from fault
    return reply({"status": "ready", "revision": house.blueprint.revision})


class Description:
    """The API's description, made once for each configuration in force of one site."""

    def __init__(self) -> None:
        self._force: Force | None = None
        self._body = b""

    def of(self, force: Force) -> bytes:
        """Return the description under this configuration."""
        if force is not self._force:
            self._body, self._force = msgspec.json.encode(describe(force)), force
        return self._body


@get("/openapi.json", name="api.openapi")
async def read_openapi(
    request: AnyRequest, house: GivenHouse, description: NamedDependency[Description]
) -> Response[bytes]:
    """Answer the description of the API under the configuration in force."""
    force = house.force
    tag = f'"{force.blueprint.revision}"'
    return Response(description.of(force), media_type="application/json", headers={"etag": tag})


HANDLERS = [read_health, read_ready, read_openapi]
"""Every handler of this module."""
