"""A small application that shows every screen with sample data: for looking at them and for tests of their parts.

`python tests/browser/gallery.py 8099` serves it; add `?lang=en&theme=dark` to any address.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import samples
from litestar import Litestar, Request, Response, get, post
from litestar.exceptions import NotFoundException

from ordinance.fields import BUILT_IN
from ordinance.web.frame import Frame as SafeHeaders
from ordinance.web.ui.assets import read_assets
from ordinance.web.ui.environment import Pages
from ordinance.web.ui.pages.static import static_route
from ordinance.web.ui.views.accounts import Person
from ordinance.web.ui.views.help import Task
from ordinance.web.ui.views.keys import key_map
from ordinance.web.ui.views.record import Chip
from ordinance.web.ui.views.roles import RoleHead
from ordinance.web.ui.views.settings import PermissionBox
from ordinance.web.ui.views.speech import Speech

ASSETS = read_assets()
PAGES = Pages(ASSETS)
EDITED: dict[str, Any] = {"bench": {"may_edit": True, "draft": None, "query": ""}, "faults_": ()}
POSTED: list[dict[str, str]] = []
LOOKUPS: list[str] = []


def page(request: Request[Any, Any, Any], template: str, status: int = 200, **view: Any) -> Response[str]:
    query = request.query_params
    locale, theme = query.get("lang", "zh"), query.get("theme", "system")
    options = {"portal": "portal" in query, "signed_in": view.pop("signed_in", True), "said": query.get("said", "")}
    frame = samples.frame(locale, theme, view.pop("here", request.url.path), **options)
    values = {key: value(locale) if callable(value) else value for key, value in view.items()}
    return Response(PAGES.render(template, frame, **values), media_type="text/html; charset=utf-8", status_code=status)


@get("/")
async def inbox(request: Request[Any, Any, Any]) -> Response[str]:
    return page(request, "inbox.html", view=samples.inbox, step="", late=0)


@get("/sign-in")
async def sign_in(request: Request[Any, Any, Any]) -> Response[str]:
    return page(
        request,
        "sign_in.html",
        signed_in=False,
        back="/",
        name="",
        fault="wrong" in request.query_params and "账号或密码不正确。",
    )


@get("/o/sales_order")
async def listing(request: Request[Any, Any, Any]) -> Response[str]:
    return page(request, "list.html", view=lambda locale: samples.listing(locale, "/o/sales_order"))


@get("/o/sales_order/new")
async def fresh(request: Request[Any, Any, Any]) -> Response[str]:
    return page(
        request, "record.html", here="/o/sales_order", view=lambda locale: samples.record(locale, fresh=True, rows=1)
    )


@get("/o/sales_order/1")
async def record(request: Request[Any, Any, Any]) -> Response[str]:
    query = request.query_params
    flags = {"wrong": "wrong" in query, "stale": "stale" in query, "rows": int(query.get("rows", "5"))}
    return page(request, "record.html", here="/o/sales_order", view=lambda locale: samples.record(locale, **flags))


@get("/o/sales_order/1/act/{act:str}")
async def ask(request: Request[Any, Any, Any], act: str) -> Response[str]:
    view = samples.record(request.query_params.get("lang", "zh"))
    found = next(each for each in view.asks if each.act.value == act)
    return page(request, "ask.html", here="/o/sales_order", view=view, ask=found)


@post("/o/sales_order/preview", status_code=200)
async def preview(request: Request[Any, Any, Any]) -> dict[str, Any]:
    form = {
        key: values[-1] for key, values in parse_qs((await request.body()).decode(), keep_blank_values=True).items()
    }
    POSTED.append(form)
    rows = {key.split(".")[1] for key in form if key.startswith("lines.")}
    text, entry, errors, total = {}, {}, {}, 0.0
    for row in rows:
        quantity, price = (number(form.get(f"lines.{row}.{name}")) for name in ("quantity", "price"))
        total += quantity * price
        text[f"lines.{row}.amount"] = f"{quantity * price:,.2f}"
        if form.get(f"lines.{row}.price"):
            entry[f"lines.{row}.price"] = f"{price:.2f}"
        if quantity < 0:
            errors[f"lines.{row}.quantity"] = "数量须大于 0"
    if form.get("deliver_by") == "+3":
        entry["deliver_by"] = "2026-11-27"
    text |= {"total": f"¥ {total:,.2f}", "goods_total": f"{total:,.2f}", "lines.count": f"{len(rows)} 行"}
    return {
        "text": text,
        "entry": entry,
        "errors": errors,
        "show": {"rush_reason": form.get("priority") == "rush"},
        "said": f"合计 {total:,.2f}",
    }


def number(text: str | None) -> float:
    try:
        return float((text or "0").replace(",", "").replace("，", ""))
    except ValueError:
        return 0.0


@post(["/o/sales_order/1", "/o/sales_order/new"], status_code=200)
async def save(request: Request[Any, Any, Any]) -> Response[Any]:
    form = {
        key: values[-1] for key, values in parse_qs((await request.body()).decode(), keep_blank_values=True).items()
    }
    POSTED.append(form)
    if "json" not in request.headers.get("accept", ""):
        return page(
            request,
            "record.html",
            here="/o/sales_order",
            view=lambda locale: samples.record(locale, wrong=True),
            status=422,
        )
    if form.get("note") == "wrong":
        body = {"errors": {"note": "请说明"}, "faults": [{"text": "备注：请说明", "target": "f-note"}], "key": "next"}
        return Response(body, status_code=422)
    if form.get("note") == "stale":
        return page(
            request,
            "record.html",
            here="/o/sales_order",
            view=lambda locale: samples.record(locale, stale=True),
            status=412,
        )
    return Response({"location": "/o/sales_order/1?said=saved"})


@get("/lookup/{entity:str}")
async def lookup(entity: str, q: str) -> dict[str, Any]:
    LOOKUPS.append(q)
    await asyncio.sleep(0.01)
    if q == "zzz":
        return {"items": []}
    return {
        "items": [
            {"id": str(at), "label": f"上海瑞禾机械有限公司{at}", "hint": f"C-{at:04} · 上海"} for at in range(1, 9)
        ]
    }


@get("/lookups", sync_to_thread=False)
def lookups() -> list[str]:
    return LOOKUPS


@get("/posted", sync_to_thread=False)
def posted() -> list[dict[str, str]]:
    return POSTED


@get("/search")
async def search(request: Request[Any, Any, Any], q: str) -> Response[Any]:
    found = [{"label": "DH20261124-0183", "href": "/o/sales_order/1", "hint": "订货单 · 上海瑞禾"}]
    if "json" in request.headers.get("accept", ""):
        return Response({"items": found})
    return page(request, "search.html", here="/search", text=q, found=found if q != "none" else [], places=[])


@get("/settings/workflow/sales_order")
async def steps(request: Request[Any, Any, Any]) -> Response[str]:
    return page(request, "steps.html", tabs=[], flows=samples.flows, **EDITED, action="/settings/workflow/sales_order")


@get("/settings/roles")
async def roles(request: Request[Any, Any, Any]) -> Response[str]:
    zh = request.query_params.get("lang", "zh") == "zh"
    names = (
        ["系统管理员", "业务负责人", "订单审核员", "财务审核员", "仓库管理员", "发货员", "客户"]
        if zh
        else [
            "System administrator",
            "Business manager",
            "Order reviewer",
            "Finance reviewer",
            "Warehouse keeper",
            "Shipper",
            "Customer",
        ]
    )
    rows = [
        (
            f"权限 {at}" if zh else f"Permission {at}",
            [PermissionBox(f"{role}.{at}", f"{at} {role}", (at * 7 + role * 3) % 4 == 0) for role in range(7)],
        )
        for at in range(27)
    ]
    groups = [
        {"label": "销售" if zh else "Sales", "rows": rows[:12]},
        {"label": "财务" if zh else "Finance", "rows": rows[12:]},
    ]
    heads = [RoleHead(str(at), name, f"/settings/roles/{at}") for at, name in enumerate(names)]
    return page(
        request, "roles.html", roles=heads, groups=groups, duties=[], **EDITED, may_edit=True, action="/settings/roles"
    )


@get("/settings/accounts")
async def accounts(request: Request[Any, Any, Any]) -> Response[str]:
    people = [
        Person(
            str(at), f"user{at}", "李倩", "订单审核员", "" if at else "上海瑞禾", Chip("正常", "done"), at == 2,
            "2026-11-24 09:12", may_change=True,
        )
        for at in range(6)
    ]  # fmt: skip
    return page(
        request, "accounts.html", people=people, count=6, wanted={}, roles=(), owners=[], states=[], previous="",
        next="", may_add=True, key="k", faults_=(),
    )  # fmt: skip


@get("/guide")
async def guide(request: Request[Any, Any, Any]) -> Response[str]:
    return page(
        request,
        "guide.html",
        tasks=[
            Task("先添加客户信息", "订货单要用到", "/o/customer/new", done=True),
            Task("处理订单"),
        ],
        mine=[],
        first=True,
        points=[
            ("在“待我处理”开始", "轮到您处理的单据都在这里。"),
            ("按 Ctrl K 去任何地方", "输入单号、客户名称。"),
            ("整张单据不用鼠标", "回车到下一行。"),
        ],
    )


@get("/keys")
async def keys(request: Request[Any, Any, Any]) -> Response[str]:
    locale = request.query_params.get("lang", "zh")
    groups = key_map(ASSETS, Speech(BUILT_IN, locale, ZoneInfo("Asia/Shanghai"), "CNY"), ())
    return page(request, "keys.html", groups=groups)


@get("/error")
async def error(request: Request[Any, Any, Any]) -> Response[str]:
    signed_in = "out" not in request.query_params
    return page(
        request,
        "error.html",
        500,
        signed_in=signed_in,
        title="系统出了问题",
        reasons=(),
        remedy="什么都没有写入。请重试。",
        reference="9f2c41d0a7b3e856",
        back="",
    )


def missing(request: Request[Any, Any, Any], _: Exception) -> Response[str]:
    return page(
        request, "error.html", 404, title="没有找到这个页面", reasons=(), remedy="地址可能有误。", reference="", back=""
    )


def build() -> Any:
    handlers = [
        inbox,
        sign_in,
        listing,
        fresh,
        record,
        ask,
        preview,
        save,
        lookup,
        lookups,
        posted,
        search,
        steps,
        roles,
        accounts,
        guide,
        keys,
        error,
        static_route(ASSETS),
    ]
    app = Litestar(handlers, exception_handlers={NotFoundException: missing}, openapi_config=None)
    return SafeHeaders(app, lambda: datetime.now(UTC))


if __name__ == "__main__":
    import uvicorn

    uvicorn.run(build(), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False, lifespan="off")
