"""The data dictionary over HTTP, and who answers for what. Source: requirements A-06, A-10."""

import pytest
from rooms.shop_kit import Shop
from rooms.web_kit import SITE, shared_url, site

from ordinance.blueprint import load

pytestmark = pytest.mark.anyio
__all__ = ["shared_url", "site"]


async def terms(site, who):
    answer = await site[who].get("/api/dictionary")
    assert answer.status_code == 200, answer.text
    return {(each["entity"], each["field"]): each for each in answer.json()["items"]}


@pytest.mark.requirement("A-10")
async def test_every_field_stands_there_with_its_type_its_rules_and_its_owner(site):
    found = await terms(site, "business_manager")
    entities = site.house.blueprint.entities
    readable = [each for each in entities.values() if any(entity == each.id for entity, _ in found)]
    assert {"customer", "product", "supplier", "sales_order", "unit"} <= {each.id for each in readable}
    for entity in readable:
        named = {field.id for field in entity.fields.values()}
        named |= {f"{field.id}.{name}" for field in entity.fields.values() for name in field.fields}
        assert {path for of, path in found if of == entity.id} == named
    code = found["currency", "code"]
    assert (code["label"], code["type"], code["rules"]["pattern"]) == ("Code", "text", "[A-Z]{3}")
    assert code["rules"]["required"] == code["rules"]["unique"] == "true"
    assert code["owner"] == {"id": "base", "label": "Base", "departments": ["office"]}
    assert found["sales_order", "lines.quantity"]["owner"]["id"] == "sales"
    assert found["sales_order", "warehouse"]["owner"]["departments"] == ["warehouse"]


@pytest.mark.requirement("A-10")
async def test_a_reader_finds_only_what_it_may_see(site):
    found = await terms(site, "C-1")
    assert {entity for entity, _ in found} == {"product", "sales_order", "return_order"}
    assert (await site.client().get("/api/dictionary")).status_code == 401
    assert (await site["C-1"].get("/api/dictionary?zz=1")).status_code == 400


@pytest.mark.requirement("A-06")
def test_every_plugin_has_an_owning_department_and_one_may_have_several():
    loaded = load(SITE)
    codes = set(loaded.blueprint.data["department"])
    owners = {each.id: each.owners for each in loaded.blueprint.departments.values()}
    assert all(each and set(each) <= codes for each in owners.values()), owners
    assert owners["customs"] == ("logistics", "finance")


@pytest.mark.requirement("A-06")
def test_the_company_says_who_looks_after_a_plugin_of_its_own(tmp_path):
    shop = Shop(tmp_path)
    assert shop.load().blueprint.departments["stock"].owners == ()
    company = (shop.folder / "config" / "company.yaml").read_text("utf-8")
    shop.write("config/company.yaml", f"{company}\ndepartments: {{stock: {{owners: [yard, office]}}}}\n")
    assert shop.load().blueprint.departments["stock"].owners == ("yard", "office")
