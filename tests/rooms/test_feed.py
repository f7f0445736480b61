"""What others do is heard: across processes, as far as the reader may see it, for as long as the session lasts."""

import asyncio
import json
from contextlib import asynccontextmanager

import httpx
import pytest
from live import Live
from rooms.web_kit import SITE, shared_url

from ordinance.access import ENGINE
from ordinance.acts import Call, Done, create, update
from ordinance.acts.feed import heard, newest, since
from ordinance.app import open_house
from ordinance.app.serving import utc_now

pytestmark = pytest.mark.anyio
__all__ = ["shared_url"]

PASSWORD = "A long walk at dawn"


class Firm:
    """Two processes that serve one site, and people who are signed in to either."""

    def __init__(self, opened, urls):
        self.opened, self.urls = opened, urls
        self.ids = {}

    @property
    def house(self):
        return self.opened.house

    async def make(self, entity, **values):
        done = await create(self.house, Call(ENGINE, utc_now(), "en", "system"), entity, values)
        assert isinstance(done, Done), done
        return done.id

    async def person(self, name, role, **more):
        await self.make("account", name=name, roles=[role], **more)
        account = await self.opened.accounts.find(name)
        assert await self.opened.accounts.set_password(account, PASSWORD, utc_now()) == ()
        await self.opened.accounts.put_away_guide(account.id, utc_now())

    async def rename(self, customer, city):
        outcome = await update(
            self.house, Call(ENGINE, utc_now(), "en", "system"), "customer", self.ids[customer], {"city": city},
            version=None,
        )  # fmt: skip
        assert isinstance(outcome, Done), outcome

    @asynccontextmanager
    async def browser(self, name, at=0):
        async with httpx.AsyncClient(base_url=self.urls[at], headers={"accept": "text/html"}, timeout=20) as client:
            answer = await client.post("/sign-in", data={"name": name, "password": PASSWORD})
            assert answer.status_code == 303, answer.text
            yield client


@pytest.fixture(scope="module")
async def firm(shared_url):
    async with (
        open_house(SITE, utc_now(), url=shared_url) as one,
        open_house(SITE, utc_now(), url=shared_url) as other,
        Live(one) as first,
        Live(other) as second,
    ):
        made = Firm(one, (first.url, second.url))
        for each in ("mine", "theirs"):
            made.ids[each] = await made.make("customer", code=f"C-{each}", name=each, address="1 Road")
        await made.person("business_manager", "business_manager")
        await made.person("keeper", "warehouse_keeper")
        await made.person("buyer", "customer", of={"entity": "customer", "id": str(made.ids["mine"])})
        yield made


class Stream:
    """An open stream; `next` gives what the next event names."""

    def __init__(self, answer):
        self.answer = answer
        self._lines = answer.aiter_lines()
        self.last = ""

    async def next(self, within_s=8.0):
        async with asyncio.timeout(within_s):
            async for line in self._lines:
                if line.startswith("id: "):
                    self.last = line.removeprefix("id: ")
                if line.startswith("data: "):
                    return json.loads(line.removeprefix("data: "))
        return None


@asynccontextmanager
async def listening(client, **headers):
    async with client.stream("GET", "/feed", headers={"accept": "text/event-stream", **headers}) as answer:
        assert answer.status_code == 200
        stream = Stream(answer)
        async for line in stream._lines:
            if line.startswith("id: "):
                stream.last = line.removeprefix("id: ")
                break
        await asyncio.sleep(1.2)  # until the first look of the process is over
        yield stream


def records(told):
    return {(entity, id) for entity, id, _ in told["news"]}


async def test_an_act_in_one_process_is_heard_in_the_other(firm):
    async with firm.browser("business_manager", at=1) as client, listening(client) as stream:
        assert stream.answer.headers["content-type"].startswith("text/event-stream")
        await firm.rename("mine", "Ningbo")
        told = await stream.next()
        assert records(told) == {("customer", str(firm.ids["mine"]))}
        assert set(told) == {"news", "all"}, "nothing but kind and id leaves"


async def test_a_reader_hears_only_of_what_it_may_see(firm):
    async with firm.browser("buyer") as client, listening(client) as stream:
        await firm.rename("theirs", "Wuxi")
        with pytest.raises(TimeoutError):
            await stream.next(within_s=3)


async def test_row_rules_decide_record_by_record(firm):
    manager = await firm.opened.accounts.find("business_manager")
    buyer = await firm.opened.accounts.find("buyer")
    keeper = await firm.opened.accounts.find("keeper")
    roles = firm.house.blueprint.roles
    before = await newest(firm.house)
    by_hand = Call(manager.actor(roles), utc_now(), "en")
    made = [
        await create(firm.house, by_hand, "sales_order", {"customer": f"C-{each}", "address": "1 Road"}, draft=True)
        for each in ("mine", "theirs")
    ]
    news = [each for each in await since(firm.house, before) if each.entity == "sales_order"]
    assert {each.record for each in news} == {each.id for each in made}
    seen = {
        each.name: {one.record for one in await heard(firm.house, Call(each.actor(roles), utc_now(), "en"), news)}
        for each in (manager, buyer, keeper)
    }
    assert seen == {
        "business_manager": {each.id for each in made}, "buyer": {made[0].id}, "keeper": {each.id for each in made},
    }  # fmt: skip


async def test_a_stream_ends_with_its_session(firm):
    async with firm.browser("business_manager") as client, listening(client) as stream:
        account = await firm.opened.accounts.find("business_manager")
        await firm.opened.accounts.sign_out_everywhere(account.id)
        await firm.rename("mine", "Suzhou")
        assert await stream.next() is None, "the stream ended and told nothing"
    async with firm.browser("keeper") as client:
        client.cookies.clear()
        assert (await client.get("/feed")).status_code == 401


async def test_who_comes_again_hears_what_it_missed(firm):
    async with firm.browser("business_manager") as client:
        async with listening(client) as stream:
            await firm.rename("mine", "Jinhua")
            await stream.next()
        await firm.rename("theirs", "Taizhou")
        async with client.stream("GET", "/feed", headers={"last-event-id": stream.last}) as answer:
            told = await Stream(answer).next()
        assert ("customer", str(firm.ids["theirs"])) in records(told)


async def test_streams_hold_no_connection_of_the_database(firm):
    """More streams than the pool has connections, and every page still opens."""
    async with firm.browser("keeper") as client:
        streams = [client.stream("GET", "/feed") for _ in range(15)]
        for each in streams:
            assert (await each.__aenter__()).status_code == 200
        assert (await client.get("/o/sales_order")).status_code == 200
        await firm.rename("mine", "Hefei")
        for each in streams:
            await each.__aexit__(None, None, None)


async def test_one_person_cannot_take_streams_without_end(firm):
    async with firm.browser("business_manager") as client:
        streams = [client.stream("GET", "/feed") for _ in range(21)]
        codes = [(await each.__aenter__()).status_code for each in streams]
        for each in streams:
            await each.__aexit__(None, None, None)
        assert codes == [200] * 20 + [429]


async def test_what_a_page_fetches_by_itself_keeps_no_session_alive(firm):
    account = await firm.opened.accounts.find("keeper")
    async with firm.browser("keeper") as client:
        async def seen():
            return max(row["seen_at"] for row in await firm.opened.accounts.sessions(account.id))

        async with firm.house.database.work() as work:
            await work.execute("UPDATE session SET seen_at = seen_at - 3600 WHERE account = ?", account.id)
        before = await seen()
        assert (await client.get("/feed/counts", headers={"x-quiet": "1"})).status_code == 200
        assert await seen() == before
        assert (await client.get("/")).status_code == 200
        assert await seen() > before


async def test_whoever_cannot_stream_asks_now_and_then(firm):
    async with firm.browser("business_manager") as client:
        first = (await client.get("/feed/since?after=")).json()
        assert first["news"] == []
        await firm.rename("mine", "Fuzhou")
        second = (await client.get(f"/feed/since?after={first['last']}")).json()
        assert records(second) == {("customer", str(firm.ids["mine"]))}
        assert (await client.get(f"/feed/since?after={second['last']}")).json()["news"] == []
