"""The site at the root of the repository is the distribution company; the built-in departments are what they say."""

import re
from functools import cache
from pathlib import Path

import pytest

from ordinance.access import Actor, Rights
from ordinance.blueprint import load
from ordinance.blueprint.values import Blueprint

ROOT = Path(__file__).parents[2]
COMPANY_ROLES = {
    "system_administrator",
    "business_manager",
    "order_reviewer",
    "finance_reviewer",
    "warehouse_keeper",
    "shipper",
}
MASTER_DATA = (
    "company", "department", "employee", "warehouse", "currency", "unit", "tax", "partner", "supplier", "category",
    "colour", "size", "product", "price_list", "price", "customer",
)  # fmt: skip
CATALOGUES = {
    "inventory",
    "logistics",
    "finance",
    "service",
    "procurement",
    "production",
    "customs",
    "marketing",
    "hr",
    "it",
}


@cache
def blueprint() -> Blueprint:
    loaded = load(ROOT)
    assert loaded.blueprint is not None, loaded.problems
    return loaded.blueprint


def rights_of(role: str) -> set[tuple[str, str]]:
    site = blueprint()
    return {gives for name in site.roles[role].permissions for gives in site.permissions[name].gives}


def test_the_site_loads_with_notes_only() -> None:
    assert {each.severity for each in load(ROOT).problems} <= {"note"}


@pytest.mark.requirement("B-19")
def test_there_are_27_permissions_labelled_in_both_languages() -> None:
    permissions = blueprint().permissions
    assert len(permissions) == 27
    assert all(each.label.zh and each.label.en for each in permissions.values())


@pytest.mark.requirement("B-18")
def test_there_are_six_company_roles_and_the_customer() -> None:
    roles = {name for name, role in blueprint().roles.items() if name != "everyone" and role.of is None}
    assert roles == COMPANY_ROLES
    assert [name for name, role in blueprint().roles.items() if role.of == "customer"] == ["customer"]


@pytest.mark.requirement("B-20")
def test_every_permission_is_in_some_role_and_every_right_is_of_something_there() -> None:
    site = blueprint()
    held = {name for role in site.roles.values() for name in role.permissions}
    assert held == set(site.permissions)


@pytest.mark.requirement("A-12")
def test_somebody_keeps_each_kind_of_master_data_and_no_permission_more_is_wanted() -> None:
    rights = Rights(blueprint())
    kept = {
        (each.entity, each.act): {one.role for one in rights.grants if (one.entity, one.act) == (each.entity, each.act)}
        for each in rights.grants
    }
    for entity in MASTER_DATA:
        for act in ("create", "update"):
            assert kept.get((entity, act)), f"nobody may {act} {entity}"
    assert kept["employee", "update"] == {"system_administrator"}
    assert kept["unit", "create"] == kept["supplier", "create"] == {"business_manager"}
    assert kept["warehouse", "update"] == {"warehouse_keeper"}


@pytest.mark.requirement("B-27")
def test_a_customer_sees_nothing_of_the_company_beside_its_orders_and_the_products() -> None:
    rights = Rights(blueprint())
    customer = Actor(9, "C-1", ("customer",), of=("customer", 5))
    seen = {entity for entity in blueprint().entities if rights.may(customer, "read", entity)}
    assert seen == {"sales_order", "return_order", "product"}
    assert not {act for act in ("create", "update") for entity in ("absence", "warehouse") if rights.may(customer, act, entity)}
    clerk = Actor(8, "clerk", ("shipper",))
    assert all(rights.may(clerk, "read", each) for each in ("warehouse", "department", "absence"))


@pytest.mark.requirement("B-22")
def test_only_the_system_administrator_may_manage_company_accounts() -> None:
    assert blueprint().permissions["account_manage"].only == ("system_administrator",)
    assert [role for role in COMPANY_ROLES if ("account", "delete") in rights_of(role)] == ["system_administrator"]


@pytest.mark.requirement("B-04")
@pytest.mark.requirement("B-05")
def test_a_customer_has_one_account_and_it_opens_none() -> None:
    customer = blueprint().roles["customer"]
    assert customer.accounts == 1
    assert "account" not in customer.may


@pytest.mark.requirement("B-08")
@pytest.mark.requirement("B-09")
@pytest.mark.requirement("B-10")
@pytest.mark.requirement("B-11")
@pytest.mark.requirement("B-12")
def test_orders_go_through_six_steps_with_the_status_texts_of_the_company() -> None:
    steps = blueprint().workflows["sales_order"].steps
    assert [(each.id, each.waiting.zh) for each in steps][1:] == [
        ("order_review", "待订单审核"),
        ("finance_review", "待财务审核"),
        ("outbound_review", "待出库审核"),
        ("ship", "待发货确认"),
        ("receive", "待收货确认"),
    ]
    assert steps[0].id == "submit"
    assert steps[0].locked


@pytest.mark.requirement("B-17")
def test_returns_have_steps_of_their_own() -> None:
    ours = blueprint().workflows
    assert [each.id for each in ours["return_order"].steps] == [
        "apply",
        "return_review",
        "send",
        "goods_back",
        "refund",
    ]


@pytest.mark.requirement("B-28")
def test_every_review_can_be_sent_back() -> None:
    order = blueprint().workflows["sales_order"]
    assert {each.id: each.back_to for each in order.steps if each.back_to} == {
        "order_review": ("submit",),
        "finance_review": ("order_review",),
        "outbound_review": ("order_review",),
    }
    assert blueprint().workflows["return_order"].lanes["reject"].ends == "rejected"


@pytest.mark.requirement("B-23")
def test_the_guide_begins_with_customers_then_products() -> None:
    opens = [each.open for each in blueprint().guide]
    assert opens[:2] == [("customer", "create"), ("product", "create")]
    assert opens.index(("sales_order", "read")) < opens.index(("report", "read"))


@pytest.mark.requirement("A-12")
def test_the_base_data_sets_are_there() -> None:
    assert {"department", "product", "partner", "employee", "supplier", "customer", "warehouse"} <= set(
        blueprint().entities
    )


@pytest.mark.requirement("A-09")
@pytest.mark.requirement("A-11")
def test_master_data_has_a_unique_required_key_and_a_name() -> None:
    for name in ("product", "supplier", "customer", "employee", "partner", "department", "warehouse"):
        entity = blueprint().entities[name]
        assert entity.key, name
        key = entity.fields[entity.key]
        assert key.required, name
        assert key.unique, name
        assert entity.fields["name"].required, name


def test_catalogues_are_installed_and_switched_off() -> None:
    departments = blueprint().departments
    assert {name for name, each in departments.items() if not each.enabled} == CATALOGUES


@pytest.mark.parametrize("folder", sorted(each.parent for each in (ROOT / "plugins").glob("*/plugin.yaml")))
def test_a_department_says_who_it_is(folder: Path) -> None:
    readme = (folder / "README.md").read_text("utf-8")
    assert len(readme.splitlines()) <= 60, "a README is one screen"
    assert re.search(r"[一-鿿]", readme)
    assert blueprint().departments[folder.name].label.zh


def test_every_field_is_labelled_in_both_languages() -> None:
    missing = [
        f"{entity.id}.{field.id}"
        for entity in blueprint().entities.values()
        for outer in entity.fields.values()
        for field in (outer, *outer.fields.values())
        if not (field.label.zh and field.label.en)
    ]
    assert not missing
