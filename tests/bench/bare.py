"""The bare server: three Litestar handlers over the SQL written by hand. `python bare.py --port N --database URL`."""

import argparse
from contextlib import asynccontextmanager

import by_hand
import pages
import uvicorn
from engines import engine_of
from litestar import Litestar, Request, Response, get, post


@post("/api/sales_order")
async def create(request: Request) -> Response:
    db = request.app.state.db
    account = await db.run(by_hand.sign_in(db, _token(request)), write=False)
    made = await db.run(by_hand.create(db, account, await request.json()), write=True)
    return Response(made, status_code=201, media_type="application/json")


@post("/api/sales_order/{id:int}/steps/{name:str}", status_code=200)
async def step(request: Request, id: int, name: str) -> Response:
    db = request.app.state.db
    account = await db.run(by_hand.sign_in(db, _token(request)), write=False)
    await request.json()
    done = await db.run(by_hand.step(db, account, id, name), write=True)
    return Response(done or b"{}", status_code=200 if done else 409, media_type="application/json")


@get("/api/sales_order")
async def page(request: Request) -> Response:
    db, query = request.app.state.db, request.query_params
    await db.run(by_hand.sign_in(db, _token(request)), write=False)
    found = pages.page(db, query["filter[region]"], int(query["limit"]), whole="fields" not in query)
    return Response(await db.run(found, write=False), media_type="application/json")


@get("/ready")
async def ready() -> str:
    return "ok"


def _token(request):
    return request.headers["authorization"].removeprefix("Bearer ")


def application(url):
    @asynccontextmanager
    async def opened(app):
        app.state.db = engine_of(url)
        await app.state.db.open()
        yield
        await app.state.db.close()

    return Litestar([create, step, page, ready], lifespan=[opened], openapi_config=None, logging_config=None)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--database", required=True)
    given = parser.parse_args()
    uvicorn.run(application(given.database), port=given.port, log_level="warning", access_log=False)
