"""The bar above the screens of a simulation, and the few addresses behind it.

It wraps the ordinary application from outside: puts the bar into every page, and answers `/simulation/…` itself.
Sitting down as somebody needs no password here, so every request must come from this machine and name it by a loopback
address (no website can then point its own name here), and what is done in the bar carries a key that only the bar has.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
import secrets
from importlib.resources import files
from urllib.parse import parse_qs, quote, urlsplit

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from ordinance.access import EVERYONE
from ordinance.testing.simulation.scene import ROLE, Scene
from ordinance.testing.stage import StageError
from ordinance.web.answers import Asgi, Message, Receive, Scope, Send
from ordinance.web.frame import LOCALE_COOKIE
from ordinance.web.visit import cookies

COOKIE = "ordinance_simulation"
"""The session cookie's name here. Cookies know no ports: under the usual name it would end a real session beside it."""

_USUAL = "ordinance"
_PREFIX = "/simulation/"
_BODY_MAX = 64 * 1024
_PEOPLE_MOST = 200
_SPANS = ("1h", "1d")
_BODY = re.compile(rb"<body[^>]*>(?:.*?<a class=\"skip\"[^>]*>[^<]*</a>)?", re.S)
"""Where a page begins; the link that skips to the content stays the first thing on it."""

_HEAD = b"</head>"
_STYLE = b'<link rel="stylesheet" href="/simulation/bar.css"></head>'

_WORDS = {
    "title": ("模拟", "Simulation"),
    "play": ("扮演", "Play"),
    "sit": ("切换", "Switch"),
    "hour": ("+1 小时", "+1 h"),
    "day": ("+1 天", "+1 d"),
    "reset": ("重来", "Reset"),
    "save": ("保存为情景", "Save as scenario"),
    "held": ("未发出的消息：{n}", "messages held back: {n}"),
    "roles": ("角色", "Roles"),
    "people": ("人员", "People"),
}


def simulation_app(scene: Scene) -> Asgi:
    """Return the application of a simulation: the ordinary screens, with the bar."""
    return _Bar(scene)


class _Bar:
    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._key = secrets.token_urlsafe(24)
        folder = files("ordinance.testing.simulation")
        environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
        self._template = environment.from_string((folder / "bar.html").read_text("utf-8"))
        self._sheet = (folder / "bar.css").read_bytes()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._scene.app(scope, receive, send)
        elif not _is_from_here(scope):
            await _answer(send, 403, b"only from this machine")
        elif scope["path"].startswith(_PREFIX):
            await self._own(scope, receive, send)
        else:
            await self._screens(scope, receive, send)

    # The screens

    async def _screens(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the ordinary screens under the cookie of this simulation, and put the bar into pages."""
        token = cookies(scope).get(COOKIE, "")
        start: list[Message] = []
        body = bytearray()

        async def with_bar(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [_renamed(pair) for pair in message.get("headers", ())]
                if not _is_page(message):
                    await send(message)
                else:
                    start.append(message)
            elif not start:
                await send(message)
            else:
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    await self._page(scope, start[0], bytes(body), token, send)

        await self._scene.app({**scope, "headers": _as_usual(scope)}, receive, with_bar)
        if scope["method"] not in ("GET", "HEAD"):
            await self._scene.settle()

    async def _page(self, scope: Scope, start: Message, page: bytes, token: str, send: Send) -> None:
        found = _BODY.search(page)
        if found is not None:
            bar = (await self._rendered(scope, token)).encode()
            page = (page[: found.end()] + bar + page[found.end() :]).replace(_HEAD, _STYLE, 1)
        headers = [pair for pair in start["headers"] if pair[0].lower() not in (b"content-length", b"etag")]
        await send({**start, "headers": [*headers, (b"content-length", str(len(page)).encode())]})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else page})

    async def _rendered(self, scope: Scope, token: str) -> str:
        scene, locale = self._scene, self._locale(scope)
        at = 0 if locale == "zh" else 1
        words = {name: pair[at] for name, pair in _WORDS.items()}
        signed_in = await scene.seats.by_session(token, scene.now) if token else None
        query = scope["query_string"].decode("latin-1")
        back = quote(scope["path"]) + (f"?{query}" if query else "")
        hidden = Markup('<input type="hidden" name="_key" value="{}"><input type="hidden" name="_back" value="{}">')
        return self._template.render(
            t=words, hidden=hidden.format(self._key, back if scope["method"] == "GET" else "/"),
            who=signed_in.name if signed_in is not None else "", choices=await self._choices(words, locale),
            now=scene.now.astimezone(scene.house.zone), held_back=scene.held_back,
            notes=[each.in_(locale) for each in scene.notes],
        )  # fmt: skip

    async def _choices(self, words: dict[str, str], locale: str) -> list[tuple[str, list[tuple[str, str]]]]:
        declared = self._scene.house.blueprint.roles
        roles = [(f"{ROLE}{id}", role.label.in_(locale) or id) for id, role in declared.items() if id != EVERYONE]
        people = [each for each in await self._scene.seats.every() if each.active][:_PEOPLE_MOST]
        names = [(each.name, each.display_name or each.name) for each in people]
        return [(words["people"], names), (words["roles"], roles)]

    def _locale(self, scope: Scope) -> str:
        wished = cookies(scope).get(LOCALE_COOKIE) or self._scene.house.blueprint.company.locale
        return "zh" if wished.startswith("zh") else "en"

    # Its own addresses

    async def _own(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = scope["path"].removeprefix(_PREFIX)
        if scope["method"] == "GET" and name == "bar.css":
            await _answer(send, 200, self._sheet, (b"content-type", b"text/css; charset=utf-8"))
        elif scope["method"] == "GET" and name == "scenario":
            text = (await self._scene.scenario()).encode()
            kind = (b"content-type", b"application/yaml; charset=utf-8")
            await _answer(send, 200, text, kind, (b"content-disposition", b'attachment; filename="recorded.yaml"'))
        elif scope["method"] == "POST" and name in ("as", "clock", "reset"):
            await self._act(name, scope, receive, send)
        else:
            await _answer(send, 404, b"not found")

    async def _act(self, name: str, scope: Scope, receive: Receive, send: Send) -> None:
        form = await _form(receive)
        if not hmac.compare_digest(form.get("_key", "").encode(), self._key.encode()):
            await _answer(send, 403, b"this did not come from the bar")
            return
        headers = [(b"location", _local(form.get("_back", "/")).encode())]
        if name == "as":
            try:
                token = await self._scene.sit(form.get("who", ""))
            except StageError as error:
                await _answer(send, 404, str(error).encode())
                return
            headers.append(_set_cookie(token))
        elif name == "clock" and form.get("by") in _SPANS:
            await self._scene.later(form["by"])
        elif name == "reset":
            await self._scene.reset()
            headers = [(b"location", b"/"), _set_cookie("")]
        await _answer(send, 303, b"", *headers)


def _set_cookie(token: str) -> tuple[bytes, bytes]:
    life = "" if token else "; Max-Age=0"
    return b"set-cookie", f"{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict{life}".encode()


def _is_from_here(scope: Scope) -> bool:
    """Whether a request comes from this machine and calls it by a name that is this machine's alone."""
    client = scope.get("client")
    host = next((value.decode("latin-1") for key, value in scope["headers"] if key == b"host"), "")
    named = urlsplit(f"//{host}").hostname or ""
    return client is not None and _is_loopback(client[0]) and (named == "localhost" or _is_loopback(named))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _as_usual(scope: Scope) -> list[tuple[bytes, bytes]]:
    """Return the headers with the session cookie under the name the screens know it by, and no other of that name."""
    kept = []
    for key, value in scope["headers"]:
        if key != b"cookie":
            kept.append((key, value))
            continue
        parts = [part.strip() for part in value.decode("latin-1").split(";")]
        parts = [part for part in parts if part and not part.startswith(f"{_USUAL}=")]
        # At the beginning of a part the name is the cookie's; in its value it would be somebody else's business.
        named = [re.sub(f"^{COOKIE}=", f"{_USUAL}=", part) for part in parts]
        kept.append((key, "; ".join(named).encode("latin-1")))
    return kept


def _renamed(pair: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    name, value = pair
    if name.lower() == b"set-cookie" and value.startswith(f"{_USUAL}=".encode()):
        return name, COOKIE.encode() + value[len(_USUAL) :]
    return pair


def _is_page(start: Message) -> bool:
    return any(name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in start["headers"])


def _local(address: str) -> str:
    parts = urlsplit(address)
    safe = address.startswith("/") and not address.startswith(("//", "/\\", _PREFIX)) and not parts.netloc
    return address if safe and address.isascii() and "\n" not in address and "\r" not in address else "/"


async def _form(receive: Receive) -> dict[str, str]:
    body = b""
    while len(body) < _BODY_MAX:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return {name: values[0] for name, values in parse_qs(body.decode("latin-1")).items()}


async def _answer(send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    common = [(b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
    plain = [] if any(name == b"content-type" for name, _ in headers) else [(b"content-type", b"text/plain")]
    await send({"type": "http.response.start", "status": status, "headers": [*common, *plain, *headers]})
    await send({"type": "http.response.body", "body": body})
