"""Out of turn: set aside and resumed, a queue skipped with a reason, a repeating step closed short; by act, API, screen.

Source: language.md §2 `queue`, `until`; engine.md R11, R20. On both databases.
"""

from __future__ import annotations

import re

import httpx
import pytest
from rooms.acts_kit import Company, company, no, ok

from ordinance.app.serving import application

pytestmark = [pytest.mark.anyio]

PASSWORD = "A long walk at dawn"

ENTITIES = """
job:
  label: {zh: 任务, en: Job}
  title: subject
  fields:
    subject:  {type: text, label: {zh: 主题, en: Subject}}
    rank:     {type: integer, label: {zh: 次序, en: Rank}}
    quantity: {type: quantity, label: {zh: 数量, en: Quantity}}
    issued:   {type: quantity, default: "0", label: {zh: 已发, en: Issued}}
"""

ROLES = """
roles:
  clerk:  {label: {zh: 文员, en: Clerk}, may: {job: [read, create, update]}}
  boss:   {label: {zh: 主管, en: Boss}, may: {job: [read, skip_queue]}}
  worker: {label: {zh: 员工, en: Worker}, may: {job: [read]}}
"""

WORKFLOWS = """
line:
  of: job
  steps:
    write: {label: Write, by: [clerk], asks: [subject], offers: [rank]}
    pick:  {label: Pick, by: [worker, boss], queue: {order: [rank], strict: true}, due: 2d}
    end:   {label: End, by: [worker]}
rounds:
  of: job
  steps:
    write: {label: Write, by: [clerk], asks: [subject, quantity]}
    issue: {label: Issue, by: [worker], asks: [issued], until: issued >= quantity}
    end:   {label: End, by: [worker]}
"""


@pytest.fixture
async def firm(tmp_path, database_url):
    opened = company(
        tmp_path, database_url, entities=ENTITIES, workflows=WORKFLOWS, roles=ROLES, people="clerk boss worker"
    )
    async with opened as made:
        yield made


async def begun(firm: Company, workflow: str, **values):
    return ok(await firm.create("clerk", workflow, {"subject": "x", **values}))


async def test_a_document_set_aside_lets_those_behind_it_go_first(firm):
    first, second = await begun(firm, "line", rank=1), await begun(firm, "line", rank=2)
    no(await firm.step("worker", second, "pick"), "not_next")
    aside = ok(await firm.set_aside("boss", first, "the customer is away"))
    assert aside.status.en == "Set aside"
    assert await firm.inbox("worker") == [(str(second.id), "pick")]
    ok(await firm.step("worker", second, "pick"))
    no(await firm.step("worker", first, "pick"), "set_aside")
    newest = (await firm.story("boss", first))[0]
    assert (newest.what.en, newest.reason) == ("Set aside", "the customer is away")


async def test_what_is_resumed_stands_in_the_queue_where_it_stood(firm):
    first, second = await begun(firm, "line", rank=1), await begun(firm, "line", rank=2)
    ok(await firm.set_aside("boss", first))
    ok(await firm.resume("boss", first))
    no(await firm.step("worker", second, "pick"), "not_next")
    assert await firm.inbox("worker") == [(str(each.id), "pick") for each in (first, second)]
    ok(await firm.step("worker", first, "pick"))


async def test_the_clock_of_a_document_stands_still_while_it_is_aside(firm):
    job = await begun(firm, "line", rank=1)
    due = (await firm.tasks("worker"))[0].due
    ok(await firm.set_aside("boss", job))
    firm.later("5d")
    await firm.tick()
    assert await firm.inbox("worker") == []
    ok(await firm.resume("boss", job))
    assert ((await firm.tasks("worker"))[0].due - due).days == 5


async def test_setting_aside_wants_the_right_to_skip_the_queue_and_a_reason(firm):
    job = await begun(firm, "line", rank=1)
    no(await firm.set_aside("worker", job), "not_allowed")
    no(await firm.set_aside("boss", job, " "), "opinion_missing")
    no(await firm.resume("boss", job), "not_set_aside")
    ok(await firm.set_aside("boss", job))
    no(await firm.set_aside("boss", job), "set_aside")
    no(await firm.resume("worker", job), "not_allowed")


async def test_the_ways_out_of_turn_are_listed_with_what_they_want(firm):
    await begun(firm, "line", rank=1)
    job = await begun(firm, "line", rank=2)
    assert (await firm.buttons("worker", job))["take pick"] == ["not_next"]
    assert (await firm.buttons("worker", job))["set_aside set_aside"] == ["not_allowed"]
    found = {each.kind: each for each in await firm.views("boss", job)}
    wanted = {kind: (found[kind].allowed, found[kind].opinion) for kind in ("step", "take", "set_aside")}
    assert wanted == dict.fromkeys(("step", "take", "set_aside"), (True, "always"))
    ok(await firm.set_aside("boss", job))
    kinds = {each.kind: each.allowed for each in await firm.views("boss", job)}
    assert kinds["resume"] and not kinds["step"] and "set_aside" not in kinds


class Faces:
    """The company served: an API client and a browser for each person."""

    def __init__(self, firm: Company) -> None:
        self.firm = firm
        self.app = application(firm.opened, clock=lambda: firm.now, worker=False)

    def client(self, **headers: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://house", headers=headers)

    async def api(self, name: str) -> httpx.AsyncClient:
        key = await self.firm.accounts.issue_token(int((await self.firm.actor(name)).id), self.firm.now)
        return self.client(authorization=f"Bearer {key}", **{"accept-language": "en"})

    async def browser(self, name: str) -> httpx.AsyncClient:
        account = await self.firm.accounts.find(name)
        assert await self.firm.accounts.set_password(account, PASSWORD, self.firm.now) == ()
        await self.firm.accounts.put_away_guide(account.id, self.firm.now)
        browser = self.client(accept="text/html")
        answer = await browser.post("/sign-in", data={"name": name, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return browser


def codes(answer: httpx.Response) -> list[str]:
    return [each["code"] for each in answer.json()["reasons"]]


async def pressed(browser: httpx.AsyncClient, job, do: str, ask: bool = False, **values: str) -> httpx.Response:
    """Press a button of a document's page, or of the small form before the act."""
    here = f"/o/{job.entity}/{job.id}"
    page = await browser.get(f"{here}/act/{do}" if ask else here)
    assert f'value="{do}"' in page.text, page.text
    hidden = {name: re.search(rf'name="{name}" value="([^"]*)"', page.text)[1] for name in ("_csrf", "_key", "_version")}
    return await browser.post(here, data={**hidden, "do": do, **values})


async def test_over_the_api(firm):
    faces = Faces(firm)
    first, second = await begun(firm, "line", rank=1), await begun(firm, "line", rank=2)
    boss, worker = await faces.api("boss"), await faces.api("worker")
    at = f"/api/job/{first.id}"
    refused = await worker.post(f"{at}/set-aside", json={"reason": "r"})
    assert (refused.status_code, codes(refused)) == (403, ["not_allowed"])
    refused = await boss.post(f"{at}/set-aside", json={})
    assert (refused.status_code, codes(refused)) == (422, ["opinion_missing"])
    assert refused.json()["reasons"][0]["pointer"] == "/reason"
    stale = await boss.post(f"{at}/set-aside", json={"reason": "r"}, headers={"if-match": '"77"'})
    assert stale.status_code == 412
    aside = await boss.post(f"{at}/set-aside", json={"reason": "away"})
    assert (aside.status_code, aside.json()["status"]) == (200, "Set aside")
    kinds = [each["kind"] for each in (await boss.get(f"{at}/steps")).json()["items"]]
    assert "resume" in kinds
    assert (await boss.post(f"{at}/resume")).json()["status"] == "Awaiting: Pick"
    assert (await boss.post(f"{at}/resume")).status_code == 409
    other = f"/api/job/{second.id}"
    assert codes(await boss.post(f"{other}/take", json={"step": "pick"})) == ["not_next"]
    listed = {each["kind"]: each["opinion"] for each in (await boss.get(f"{other}/steps")).json()["items"]}
    assert listed["take"] == "always"
    assert (await boss.post(f"{other}/take", json={"step": "pick", "reason": "at the door"})).status_code == 200


async def test_a_repeating_step_is_closed_short_over_the_api(firm):
    faces = Faces(firm)
    job = await begun(firm, "rounds", quantity="5")
    worker = await faces.api("worker")
    at = f"/api/job/{job.id}/steps/issue"
    refused = await worker.post(at, json={"decision": "close"})
    assert (refused.status_code, codes(refused)) == (409, ["no_round"])
    assert (await worker.post(at, json={"input": {"issued": "2"}})).status_code == 200
    listed = (await worker.get(f"/api/job/{job.id}/steps")).json()["items"]
    assert [each["closes"] for each in listed if each["kind"] == "step"] == [True]
    assert (await worker.post(at, json={"decision": "close"})).json()["waits_at"] == ["end"]


async def test_on_the_screens(firm):
    faces = Faces(firm)
    first, second = await begun(firm, "line", rank=1), await begun(firm, "line", rank=2)
    boss = await faces.browser("boss")
    answer = await pressed(boss, second, "take:pick", ask=True)
    assert answer.status_code == 409
    answer = await pressed(boss, second, "take:pick", ask=True, _reason="at the door")
    assert answer.status_code == 303, answer.text
    answer = await pressed(boss, first, "aside:set_aside", ask=True)
    assert answer.status_code == 422
    assert (await pressed(boss, first, "aside:set_aside", ask=True, _reason="away")).status_code == 303
    assert (await pressed(boss, first, "resume:resume")).status_code == 303
    worker = await faces.browser("worker")
    assert "aside:set_aside" not in (await worker.get(f"/o/job/{first.id}")).text


async def test_a_repeating_step_is_closed_short_on_its_page(firm):
    faces = Faces(firm)
    job = await begun(firm, "rounds", quantity="5")
    worker = await faces.browser("worker")
    assert "close:issue" not in (await worker.get(f"/o/job/{job.id}")).text
    assert (await pressed(worker, job, "step:issue", issued="2")).status_code == 303
    assert (await pressed(worker, job, "close:issue")).status_code == 303
    assert await firm.waits(job) == ["end"]
