"""Papers by the API and the command line, and what the import page refuses over HTTP."""

import shutil

import httpx
import pytest
from litestar import Litestar
from rooms.exchange_kit import NOW, SITE
from rooms.web_kit import codes, order, served

from ordinance.commands import main
from ordinance.printing import Press
from ordinance.web.api import api_routes, failures
from ordinance.web.api.openapi import describe
from ordinance.web.stack import stack

pytestmark = pytest.mark.anyio


@pytest.fixture
async def site(tmp_path):
    folder = tmp_path / "site"
    folder.mkdir()
    shutil.copytree(SITE / "config", folder / "config")
    for name in ("workflows.yaml", "roles.yaml"):
        shutil.copy(SITE / name, folder / name)
    async with served(f"sqlite:///{tmp_path / 'a.sqlite'}", folder) as found:
        press = Press()
        inner = Litestar(
            route_handlers=api_routes(lambda: found.house, press), exception_handlers=failures(),
            openapi_config=None, logging_config=None,
        )  # fmt: skip
        app = stack(inner, found.accounts, lambda: NOW)
        for name, client in found.clients.items():
            key = client.headers["authorization"]
            await client.aclose()
            found.clients[name] = httpx.AsyncClient(
                transport=httpx.ASGITransport(app), base_url="http://house",
                headers={"authorization": key, "accept-language": "en"},
            )  # fmt: skip
        found.folder = folder
        yield found
        press.close()


@pytest.mark.requirement("F-06")
async def test_papers_over_the_api(site):
    where = (await order(site)).headers["location"]
    reviewer = site["order_reviewer"]
    listed = await reviewer.get(f"{where}/print")
    assert [each["id"] for each in listed.json()["items"]] == ["order", "delivery_note", "order_statement"]
    answer = await reviewer.get(f"{where}/print/delivery_note")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''DH")
    chinese = await reviewer.get(f"{where}/print/delivery_note?locale=zh")
    assert chinese.content != answer.content
    assert codes(await reviewer.get(f"{where}/print/delivery_note?locale=fr")) == ["bad_parameter"]
    assert codes(await reviewer.get(f"{where}/print/delivery_note?x=1")) == ["unknown_parameter"]
    assert codes(await reviewer.get(f"{where}/print/ghost")) == ["no_such_print"]
    assert codes(await site["warehouse_keeper"].get(f"{where}/print/order")) == ["not_allowed"]
    assert (await site["C-2"].get(f"{where}/print/order")).status_code == 404
    (site.folder / "config" / "print").mkdir()
    (site.folder / "config" / "print" / "order.typ").write_text("\n #nothing")
    wrong = await reviewer.get(f"{where}/print/order")
    assert (wrong.status_code, codes(wrong)) == (409, ["print_template"])
    assert "config/print/order.typ" in wrong.text
    paths = describe(site.house.force)["paths"]
    assert "application/pdf" in paths["/api/sales_order/{id}/print/{form}"]["get"]["responses"]["200"]["content"]


def test_papers_by_the_command_line(tmp_path, monkeypatch, capsys):
    shutil.copytree(SITE / "config", tmp_path / "config")
    for name in ("workflows.yaml", "roles.yaml"):
        shutil.copy(SITE / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    for name, text in (
        ("product", "code,name,price\nP-1,Tea,1\n"), ("customer", "code,name\nC-1,Door\n"),
        ("sales_order", "external_number,customer\n7001,C-1\n"),
    ):  # fmt: skip
        (tmp_path / f"{name}.csv").write_text(text)
        assert main(["import", name, f"{name}.csv", "--json"]) == 0
    (tmp_path / "lines.csv").write_text("external_number,product,quantity\n7001,P-1,2\n")
    (tmp_path / "sales_order.csv").write_text("external_number,customer,address\n7001,C-1,Lake\n")
    assert main(["import", "sales_order", "sales_order.csv", "--lines", "lines=lines.csv"]) == 0
    capsys.readouterr()
    assert main(["print", "sales_order", "7001", "order", "-o", "o.pdf"]) == 0
    assert (tmp_path / "o.pdf").read_bytes().startswith(b"%PDF-")
    assert main(["print", "sales_order", "7001", "delivery_note"]) == 1
    assert main(["print", "sales_order", "9999x", "order"]) == 2
    assert main(["print", "ghost", "1", "order"]) == 2
    assert main(["print", "sales_order"]) == 2
    assert main(["print", "sales_order", "7001", "order", "-o", "no/where.pdf"]) == 1
    said = capsys.readouterr()
    assert "[print_not_now]" in said.err
    assert str(tmp_path) not in said.err
    assert main(["print", "--check"]) == 0
    (tmp_path / "config" / "print").mkdir()
    (tmp_path / "config" / "print" / "sheet.typ").write_text("#let paper(body) = nowhere\n")
    assert main(["print", "--check"]) == 1
    said = capsys.readouterr().out
    assert "[print_template]" in said
