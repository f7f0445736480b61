"""A real server on loopback for tests that speak HTTP: uvicorn in the running loop, on a free port."""

import asyncio
import contextlib
import socket

import uvicorn

from ordinance.app.serving import application, utc_now


class Live:
    """Serves an open site while the block lasts; `url` is where."""

    def __init__(self, opened, *, clock=utc_now, worker=False):
        self._app = application(opened, clock=clock, worker=worker, leaving=lambda: self._server.should_exit)
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._server = uvicorn.Server(uvicorn.Config(self._app, log_level="warning", lifespan="on"))
        self._task = None

    async def __aenter__(self):
        self._task = asyncio.create_task(self._server.serve([self._socket]))
        while not self._server.started:
            if self._task.done():
                self._task.result()
            await asyncio.sleep(0.01)
        return self

    async def __aexit__(self, *_):
        self._server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        self._socket.close()
