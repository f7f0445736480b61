"""A simulation: any role without a password, on a copy, under another configuration, and never in an ordinary serve."""

import re
import shutil
from datetime import UTC, datetime

import httpx
import pytest

from ordinance.access import ENGINE
from ordinance.acts import Call, Done, create, tick
from ordinance.app import open_house
from ordinance.app.serving import application
from ordinance.commands import main
from ordinance.testing import Theatre, read_scenarios
from ordinance.testing.simulation import Scene, simulation_app
from ordinance.testing.simulation.bar import COOKIE
from ordinance.testing.stage import StageError

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
HERE = ("127.0.0.1", 4711)


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company") / "site"
    assert main(["init", str(folder)]) == 0
    return folder


@pytest.fixture
def proposed(company, tmp_path):
    """The same company, with the finance review switched off."""
    folder = tmp_path / "proposed"
    shutil.copytree(company, folder, ignore=shutil.ignore_patterns("var"))
    file = folder / "config/company.yaml"
    file.write_text(file.read_text("utf-8") + "\ntoggles: {sales_order.finance_review: false}\n", "utf-8")
    return folder


@pytest.fixture
async def order(company, database_url):
    """A real order of the real company that waits at the finance review; returns its id."""
    async with open_house(company, NOW, url=database_url) as opened:
        made = await _filled(opened.house)
        await tick(opened.house, NOW)
        return made.id


async def _filled(house):
    call = Call(ENGINE, NOW, channel="system")

    async def make(entity, **values):
        done = await create(house, call, entity, values)
        assert isinstance(done, Done), done
        return done

    customer = await make("customer", code="C-1", name="东港", address="一号路 1 号")
    product = await make("product", code="P-1", name="绿茶", price="10.00")
    await make("account", name="reviewer", roles=["order_reviewer"])
    await make("account", name="buyer", roles=["customer"], of={"entity": "customer", "id": str(customer.id)})
    lines = [{"product": str(product.id), "quantity": "3"}]
    order = await make("sales_order", customer=str(customer.id), address="一号路 1 号", lines=lines)
    from ordinance.acts import step

    done = await step(house, call, "sales_order", order.id, "order_review")
    assert isinstance(done, Done), done
    return order


def browser(app, client=HERE, base="http://127.0.0.1:8001"):
    transport = httpx.ASGITransport(app, client=client)
    return httpx.AsyncClient(transport=transport, base_url=base, headers={"accept": "text/html"})


async def key_of(seat):
    page = await seat.get("/sign-in", follow_redirects=True)
    found = re.search(r'name="_key" value="([^"]+)"', page.text)
    assert found, page.text[:400]
    return found[1]


async def play(seat, who):
    answer = await seat.post("/simulation/as", data={"who": who, "_key": await key_of(seat), "_back": "/"})
    assert answer.status_code == 303, answer.text


async def test_any_role_is_played_without_a_password_under_the_proposed_configuration(
    company, proposed, database_url, order, tmp_path
):
    folder = tmp_path / "copy"
    folder.mkdir()
    async with Scene.open(proposed, database_url, folder, NOW) as scene, browser(simulation_app(scene)) as seat:
        assert any("1 documents moved with it" in each.en for each in scene.notes)
        await play(seat, "role:warehouse_keeper")
        page = await seat.get("/")
        assert page.status_code == 200
        assert '<aside class="simulation"' in page.text
        assert "东港" in page.text or "DH20261124-0001" in page.text  # it stands at the next step already
        token = seat.cookies[COOKIE]
        assert (await scene.seats.by_session(token, scene.now)).actor.roles == ("warehouse_keeper",)
    async with open_house(company, NOW, url=database_url) as opened:
        rows = await opened.house.database.fetch("SELECT waits_at FROM e_sales_order WHERE id = ?", order)
        assert rows == [{"waits_at": "finance_review"}]
        assert await opened.accounts.find("warehouse_keeper") is None
    assert not list(folder.glob("*.sqlite3*"))


async def test_what_is_done_stays_in_the_copy_and_becomes_a_scenario(company, proposed, database_url, order, tmp_path):
    folder = tmp_path / "copy"
    folder.mkdir()
    async with Scene.open(proposed, database_url, folder, NOW) as scene, browser(simulation_app(scene)) as seat:
        await play(seat, "buyer")
        reply = await seat.post(
            "/api/sales_order",
            json={"lines": [{"product": "P-1", "quantity": "2"}]},
            headers={"x-csrf-token": await _csrf(seat), "accept": "application/json"},
        )
        assert reply.status_code == 201, reply.text
        await play(seat, "reviewer")
        passed = await seat.post(
            f"/api/sales_order/{reply.json()['id']}/steps/order_review", headers={"x-csrf-token": await _csrf(seat)}
        )
        assert passed.json()["waits_at"] == ["outbound_review"]
        text = (await seat.get("/simulation/scenario")).text
    file = tmp_path / "recorded.yaml"
    file.write_text(text, "utf-8")
    stories, problems = read_scenarios(proposed, [file])
    assert problems == ()
    assert [each.name for each in stories] == ["订货单 DH20261124-0002"]
    theatre = await Theatre.of(proposed, tmp_path)
    assert [str(each) for each in await theatre.run(stories[0])] == []
    async with open_house(company, NOW, url=database_url) as opened:
        assert len(await opened.house.database.fetch("SELECT id FROM e_sales_order")) == 1


async def _csrf(seat):
    return re.search(r'<meta name="csrf" content="([^"]+)"', (await seat.get("/")).text)[1]


async def test_the_clock_moves_the_copy_resets_and_nothing_leaves(company, database_url, order, tmp_path):
    folder = tmp_path / "copy"
    folder.mkdir()
    async with Scene.open(company, database_url, folder, NOW) as scene, browser(simulation_app(scene)) as seat:
        key = await key_of(seat)
        for by, moment in (("1h", NOW.replace(hour=9)), ("1d", NOW.replace(day=25, hour=9))):
            assert (await seat.post("/simulation/clock", data={"by": by, "_key": key})).status_code == 303
            assert scene.now == moment
        assert (await seat.post("/simulation/clock", data={"by": "99y", "_key": key})).status_code == 303
        assert scene.now == NOW.replace(day=25, hour=9)
        async with scene.house.database.work() as work:
            await work.execute("DELETE FROM e_sales_order__lines")
        await _told(scene)
        await scene.settle()
        assert await scene.house.database.fetch("SELECT id FROM outbox") == []
        assert scene.held_back == 1
        assert (await seat.post("/simulation/reset", data={"_key": key})).status_code == 303
        assert (scene.now, scene.held_back) == (NOW, 0)
        assert len(await scene.house.database.fetch("SELECT id FROM e_sales_order__lines")) == 1


async def _told(scene):
    from ordinance.storage import Message

    async with scene.house.database.work() as work:
        message = Message("notice", {"to": [], "entity": "", "document": "0", "message": "", "values": {}}, "x")
        await scene.house.force.store.outbox.add(work, [message], scene.now)


async def test_a_simulation_answers_this_machine_alone_and_its_bar_alone(company, tmp_path):
    async with Scene.open(company, str(tmp_path / "none.sqlite3"), tmp_path, NOW) as scene:
        app = simulation_app(scene)
        async with browser(app, client=("192.0.2.7", 1)) as seat:
            assert (await seat.get("/sign-in")).status_code == 403
        async with browser(app, base="http://rebound.example") as seat:
            assert (await seat.get("/sign-in")).status_code == 403
        async with browser(app, base="http://localhost:8001") as seat:
            assert (await seat.get("/sign-in")).status_code == 200
            for name in ("as", "clock", "reset"):
                sent = {"who": "role:shipper", "by": "1h", "_key": "guessed"}
                assert (await seat.post(f"/simulation/{name}", data=sent)).status_code == 403
                assert (await seat.get(f"/simulation/{name}")).status_code == 404
            assert scene.now == NOW
            key = await key_of(seat)
            back = await seat.post("/simulation/as", data={"who": "role:shipper", "_key": key, "_back": "//elsewhere.example"})
            assert (back.status_code, back.headers["location"]) == (303, "/")
            assert "SameSite=Strict" in back.headers["set-cookie"]
            assert (await seat.post("/simulation/as", data={"who": "nobody", "_key": key})).status_code == 404


async def test_the_session_of_an_ordinary_serve_beside_it_is_left_alone(company, tmp_path):
    async with Scene.open(company, str(tmp_path / "none.sqlite3"), tmp_path, NOW) as scene:
        token = await scene.sit("role:shipper")
        async with browser(simulation_app(scene)) as seat:
            assert (await seat.get("/", headers={"cookie": f"ordinance={token}"})).status_code == 303
            shown = await seat.get("/", headers={"cookie": f"ordinance=other; {COOKIE}={token}"})
            assert shown.status_code == 200
            csrf = re.search(r'<meta name="csrf" content="([^"]+)"', shown.text)[1]
            out = await seat.post("/sign-out", data={"_csrf": csrf}, headers={"cookie": f"{COOKIE}={token}"})
            assert out.headers["set-cookie"].startswith(f"{COOKIE}=;")


async def test_an_ordinary_serve_knows_no_acting_as_somebody(company, tmp_path):
    async with open_house(company, NOW, url=str(tmp_path / "real.sqlite3")) as opened:
        app = application(opened, clock=lambda: NOW, worker=False)
        assert not hasattr(opened.accounts, "sit")
        async with browser(app) as seat:
            for method, address in (("POST", "as"), ("POST", "clock"), ("POST", "reset"), ("GET", "scenario"), ("GET", "bar.css")):
                answer = await seat.request(method, f"/simulation/{address}", data={"who": "shipper"})
                assert answer.status_code == 404
            page = await seat.get("/sign-in")
            assert "simulation" not in page.text


async def test_nothing_is_written_into_the_folder_of_the_proposal(proposed, tmp_path):
    """Whoever applies a change inside a simulation changes the files of the simulation."""
    before = {each: each.read_bytes() for each in proposed.rglob("*") if each.is_file()}
    async with Scene.open(proposed, str(tmp_path / "none.sqlite3"), tmp_path, NOW) as scene:
        assert scene.house.site != proposed
        assert scene.house.blueprint.workflows["sales_order"].step("finance_review").enabled is False
        (scene.house.site / "workflows.yaml").write_text("schema: 1\n", "utf-8")
    assert {each: each.read_bytes() for each in proposed.rglob("*") if each.is_file()} == before


async def test_a_proposal_with_errors_is_told_as_check_tells_it(proposed, tmp_path):
    from ordinance.problems import SiteError

    (proposed / "workflows.yaml").write_text("schema: 1\nsales_order: {stepps: [submit]}\n", "utf-8")
    with pytest.raises(SiteError) as caught:
        async with Scene.open(proposed, str(tmp_path / "none.sqlite3"), tmp_path, NOW):
            pass
    assert "unknown_key" in {each.code for each in caught.value.problems}
    assert main(["simulate", "--site", str(tmp_path / "gone")]) == 2
    assert issubclass(StageError, Exception)
