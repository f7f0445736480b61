"""A small company for one test: a site written as YAML, opened on an empty database, acted in by people of its roles.

Every company has the department `counting`, whose actions write one row each, so that effects can be counted.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ordinance import acts
from ordinance.access import ENGINE, Actor
from ordinance.acts import Call, Done, Query, Refused
from ordinance.app import opening
from ordinance.blueprint import Loaded, load
from ordinance.expressions import Span
from ordinance.storage import Database
from ordinance.testing.stage import Stage

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""A Tuesday, ten o'clock at the company's place."""

COUNTING = Path(__file__).parents[1] / "sites" / "counting"

GATE = """
schema: 1
id: gate
label: {zh: 闸门, en: Gate}
about: {zh: 测试用部门：会拒绝的动作、会发生的事, en: "For tests: an action that refuses, and events"}
requires: [base]
actions:
  refusing: {label: {zh: 拒绝, en: Refuse}, undo: forget}
  fill:     {label: {zh: 填写, en: Fill in}, writes: [issued], reads: [portion], undo: empty}
events:
  arrived: {label: {zh: 已到, en: It has arrived}, carries: {amount: money}}
  gone:    {label: {zh: 已走, en: It has gone}, carries: {text: text}}
"""

GATE_HOOKS = '''
"""An action that always refuses, and one that adds up."""

from ordinance import hookimpl


async def refusing(context):
    raise context.refuse("refusing", "不行", "no")


async def fill(context):
    return {"issued": (context.record.get("issued") or 0) + context.inputs["portion"]}


async def empty(context):
    return {"issued": None}


@hookimpl
def ordinance_actions():
    return {"refusing": refusing, "fill": fill, "empty": empty}
'''

COMPANY = (COUNTING / "config" / "company.yaml").read_text(encoding="utf-8")

_FIXED = {
    "config/company.yaml": COMPANY,
    "plugins/gate/plugin.yaml": GATE,
    "plugins/gate/README.md": "# Gate\n\nFor tests.\n",
    "plugins/gate/hooks.py": GATE_HOOKS,
}

_loaded: dict[tuple[str, ...], tuple[Path, Loaded]] = {}


def written(folder: Path, files: dict[str, str]) -> tuple[Path, Loaded]:
    """Return the site that has these files, loaded; one that was loaded before is not loaded again."""
    key = tuple(f"{name}\n{text}" for name, text in sorted(files.items()))
    if key not in _loaded:
        site = folder / "site"
        shutil.copytree(COUNTING / "plugins", site / "plugins", ignore=shutil.ignore_patterns("__pycache__"))
        for name, text in {**_FIXED, **files}.items():
            path = site / name
            path.parent.mkdir(parents=True, exist_ok=True)
            headed = text.startswith("schema") or "schema: 1" in text or name.endswith(".py")
            path.write_text(text if headed else f"schema: 1\n{text}", encoding="utf-8")
        loaded = load(site)
        wrong = [
            f"{each.place}: {each.code}: {each.message.en}" for each in loaded.problems if each.severity == "error"
        ]
        assert loaded.blueprint is not None, "\n".join(wrong)
        _loaded[key] = site, loaded
    return _loaded[key]


@asynccontextmanager
async def company(
    folder: Path, url: str, *, entities: str = "", workflows: str = "", roles: str = "", people: str = "",
    files: dict[str, str] | None = None, **more: str,
) -> AsyncIterator[Company]:  # fmt: skip
    """Open a company with people who are called as their role; further files by name, `__` for `/`."""
    named = {f"{name.replace('__', '/')}.yaml": text for name, text in more.items()}
    texts = {
        "config/entities.yaml": entities,
        "workflows.yaml": workflows,
        "roles.yaml": roles,
        **named,
        **(files or {}),
    }
    site, loaded = written(folder, {name: text for name, text in texts.items() if text})
    assert loaded.blueprint is not None
    async with Database(url) as database:
        opened = await opening._opened(site, database, loaded, loaded.blueprint, NOW)
        made = Company(opened)
        for name in people.split():
            await made.person(name, name)
        yield made


class Company:
    """What people do in it; whoever is named by a role only gets an account of that role."""

    def __init__(self, opened: opening.Opened) -> None:
        self.opened, self.house, self.accounts = opened, opened.house, opened.accounts
        self.stage = Stage(opened.house, opened.accounts, NOW)

    @property
    def now(self) -> datetime:
        return self.stage.now

    def later(self, span: str) -> None:
        """Let time pass; nothing is done about it until `tick`."""
        self.stage.now = Span.parse(span).add_to(self.now, self.house.blueprint.company.calendar)

    async def tick(self) -> int:
        return await acts.tick(self.house, self.now)

    async def person(self, name: str, *roles: str, **values: Any) -> str:
        """Give somebody an account, and return its id as text."""
        done = ok(await self.create(None, "account", {"name": name, "roles": list(roles), **values}))
        return str(done.id)

    async def actor(self, name: str | None) -> Actor:
        return ENGINE if name is None else await self.stage.actor(name)

    async def call(self, name: str | None, via: str | None = None, **more: Any) -> Call:
        actor = await self.actor(name)
        usual = "system" if name is None else "portal" if actor.portal else "office"
        return Call(actor, self.now, channel=via or usual, **{"locale": "en", **more})

    async def create(
        self, name: str | None, target: str, values: dict[str, Any] | None = None, *, via: str | None = None,
        key: str | None = None, fingerprint: str = "", **more: Any,
    ) -> Done | Refused:  # fmt: skip
        call = await self.call(name, via, key=key, fingerprint=fingerprint)
        return await acts.create(self.house, call, target, values or {}, **more)

    async def step(
        self, name: str | None, done: Done, step: str, values: dict[str, Any] | None = None, *,
        key: str | None = None, fingerprint: str = "", **more: Any,
    ) -> Done | Refused:  # fmt: skip
        call = await self.call(name, key=key, fingerprint=fingerprint)
        return await acts.step(self.house, call, done.entity, done.id, step, values=values, **more)

    async def step_on(self, name: str, entity: str, id: int, step: str) -> Done | Refused:
        return await acts.step(self.house, await self.call(name), entity, id, step)

    async def back(
        self, name: str | None, done: Done, step: str, to: str | None = None, reason: str = "no"
    ) -> Done | Refused:
        call = await self.call(name)
        return await acts.step(self.house, call, done.entity, done.id, step, decision="send_back", to=to, reason=reason)

    async def lane(
        self, name: str | None, done: Done, lane: str, values: dict[str, Any] | None = None, **more: Any
    ) -> Done | Refused:
        return await acts.lane(self.house, await self.call(name), done.entity, done.id, lane, values=values, **more)

    async def take(self, name: str | None, done: Done, step: str | None = None, reason: str = "") -> Done | Refused:
        return await acts.take(self.house, await self.call(name), done.entity, done.id, step, reason=reason)

    async def close(self, name: str, done: Done, step: str) -> Done | Refused:
        return await acts.step(self.house, await self.call(name), done.entity, done.id, step, decision="close")

    async def set_aside(self, name: str, done: Done, reason: str = "later") -> Done | Refused:
        return await acts.set_aside(self.house, await self.call(name), done.entity, done.id, reason=reason)

    async def resume(self, name: str, done: Done) -> Done | Refused:
        return await acts.resume(self.house, await self.call(name), done.entity, done.id)

    async def reassign(self, name: str, done: Done, step: str | None, to: int | None) -> Done | Refused:
        return await acts.reassign(self.house, await self.call(name), done.entity, done.id, step, to)

    async def update(
        self, name: str | None, done: Done, values: dict[str, Any], version: int | None = None
    ) -> Done | Refused:
        call = await self.call(name)
        if version is None:
            version = (await self.now_of(done))["version"]
        return await acts.update(self.house, call, done.entity, done.id, values, version=version)

    async def delete(self, name: str | None, done: Done) -> Done | Refused:
        version = (await self.now_of(done))["version"]
        return await acts.delete(self.house, await self.call(name), done.entity, done.id, version=version)

    async def lookup(self, name: str, entity: str, text: str) -> list[Any]:
        return await acts.lookup(self.house, await self.call(name), entity, text)

    async def read(self, name: str | None, done: Done) -> Any:
        return await acts.read(self.house, await self.call(name), done.entity, done.id)

    async def find(self, entity: str, id: int) -> Done:
        """Return a record that is there, as the act that made it would have."""
        view = await acts.read(self.house, await self.call(None), entity, id)
        assert not isinstance(view, Refused), view
        return Done(entity, id, view.version, view.record, view.waits, view.status)

    async def now_of(self, done: Done) -> dict[str, Any]:
        """Return the record as the house sees it now."""
        view = await self.read(None, done)
        assert not isinstance(view, Refused), view
        return dict(view.record)

    async def waits(self, done: Done) -> list[str]:
        waiting: list[str] = (await self.now_of(done))["waits_at"]
        return waiting

    async def event(self, name: str, done: Done | None = None, **values: Any) -> Done | Refused:
        call = await self.call(None)
        entity, id = (done.entity, done.id) if done else (None, None)
        return await acts.event(self.house, call, name, entity=entity, id=id, values=values)

    async def every(self, entity: str, name: str | None = None, **query: Any) -> list[dict[str, Any]]:
        page = await acts.listing(self.house, await self.call(name), entity, Query(**query))
        assert not isinstance(page, Refused), page
        return list(page.items)

    async def effects(self, done: Done) -> list[str]:
        """Return what was done for a document and taken back, in order: `+reserve`, `-reserve`."""
        async with self.house.database.work(write=False) as work:
            rows = await self.house.force.store.find(work, "effect_count", {"document": str(done.id)})
        return [f"{'+' if row['change'] > 0 else '-'}{row['action']}" for row in rows]

    async def buttons(self, name: str, done: Done) -> dict[str, list[str]]:
        """Return the things a person could do, `kind id`, each with the codes of what forbids it."""
        found = await self.views(name, done)
        return {f"{each.kind} {each.id}": [one.code for one in each.reasons] for each in found}

    async def views(self, name: str, done: Done) -> list[Any]:
        found = await acts.steps(self.house, await self.call(name), done.entity, done.id)
        assert not isinstance(found, Refused), found
        return list(found)

    async def inbox(self, name: str) -> list[tuple[str, str]]:
        """Return what waits for a person: (number or id, step)."""
        page = await acts.inbox(self.house, await self.call(name))
        assert not isinstance(page, Refused), page
        return [(each.number or str(each.id), each.step) for each in page.items]

    async def tasks(self, name: str) -> list[Any]:
        page = await acts.inbox(self.house, await self.call(name))
        assert not isinstance(page, Refused), page
        return list(page.items)

    async def update_directly(self, done: Done, **values: Any) -> Done:
        """Put values into a record past all rules, as if it had always had them."""
        async with self.house.database.work() as work:
            await self.house.force.store.update(work, done.entity, done.id, values, self.now, "0")
        return done

    async def notices(self, name: str) -> list[dict[str, Any]]:
        return await acts.notifications(self.house, await self.call(name))

    async def told(self, name: str) -> int:
        """Deliver what is in the outbox and return how many notices a person has."""
        await self.tick()
        return len(await self.notices(name))

    async def story(self, name: str | None, done: Done) -> list[Any]:
        found = await acts.timeline(self.house, await self.call(name), done.entity, done.id)
        assert not isinstance(found, Refused), found
        return found


def ok(outcome: Any) -> Done:
    """Return what went through; a refusal fails the test with its reasons."""
    assert isinstance(outcome, Done), outcome
    return outcome


def no(outcome: Any, *codes: str) -> Refused:
    """Return a refusal that has exactly these reasons."""
    assert isinstance(outcome, Refused), outcome
    assert {each.code for each in outcome.reasons} == set(codes), outcome
    return outcome


def wrong(folder: Path, parts: dict[str, str], toggles: dict[str, object]) -> set[str]:
    """Return the codes of what is wrong with a company whose steps are switched like this."""
    named = {"entities": "config/entities.yaml", "workflows": "workflows.yaml", "roles": "roles.yaml"}
    site, _ = written(folder, {named[name]: text for name, text in parts.items() if name in named})
    return {each.code for each in load(site, toggles=toggles).problems if each.severity == "error"}
