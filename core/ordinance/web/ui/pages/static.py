"""Serve the static files under their hash, to be kept for ever."""

from __future__ import annotations

from pathlib import PurePosixPath

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from ordinance.web.ui.assets import MEDIA_TYPES, Assets


def static_route(assets: Assets) -> HTTPRouteHandler:
    """Return the handler for everything under the assets' prefix."""

    @get(f"{assets.prefix}/{{path:path}}", include_in_schema=False)
    async def static(path: FromPath[str]) -> Response[bytes]:
        name = path.lstrip("/")
        content = assets.files.get(name)
        if content is None:
            raise NotFoundException
        headers = {"cache-control": "public, max-age=31536000, immutable"}
        return Response(content, media_type=MEDIA_TYPES[PurePosixPath(name).suffix], headers=headers)

    return static
