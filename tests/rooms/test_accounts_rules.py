"""Which roles an account may have, and who may give them."""

import pytest
from rooms.accounts_kit import RIGHTS, ROLES

from ordinance.access import ENGINE, Actor
from ordinance.accounts import Account, check_account, from_values
from ordinance.expressions import Env

ADMINISTRATOR = Actor(id=1, name="Eva", roles=("administrator",))
SELLER = Actor(id=2, name="Ann", roles=("seller",))


def account(*roles, of=None):
    return Account(0, "new", roles=roles, of=of)


def codes(actor, after, before=None):
    return [each.code for each in check_account(RIGHTS, ROLES, actor, after, before, Env(record={}))]


@pytest.mark.requirement("B-22")
def test_only_who_manages_accounts_adds_company_accounts():
    assert codes(ADMINISTRATOR, account("seller", "administrator")) == []
    assert codes(SELLER, account("seller")) == ["role_not_yours"]
    assert codes(SELLER, account("seller", "administrator")) == ["role_not_yours", "role_not_yours"]
    assert codes(ENGINE, account("administrator")) == []


@pytest.mark.requirement("B-04")
def test_the_company_opens_customer_accounts():
    assert codes(SELLER, account("customer", of=("customer", 1))) == []
    assert codes(
        Actor(id=3, name="C", roles=("customer",), of=("customer", 1)), account("customer", of=("customer", 1))
    ) == ["role_not_yours"]


@pytest.mark.requirement("B-03")
def test_the_two_kinds_of_account_do_not_mix():
    assert codes(ADMINISTRATOR, account("seller", "customer", of=("customer", 1))) == ["roles_mixed"]
    assert codes(ADMINISTRATOR, account("seller", "gateway")) == ["roles_mixed"]
    assert codes(ADMINISTRATOR, account("customer")) == ["role_of"]
    assert codes(ADMINISTRATOR, account("customer", of=("product", 1))) == ["role_of"]
    assert codes(ADMINISTRATOR, account("seller", of=("customer", 1))) == ["role_of"]
    assert codes(ADMINISTRATOR, account("customer", "reader", of=("customer", 1))) == []


def test_unknown_roles_are_named():
    assert codes(ADMINISTRATOR, account("seller", "ghost")) == ["no_such_role"]


def test_who_may_not_change_accounts_may_not_give_roles_to_one():
    before = account("customer", of=("customer", 1))
    assert codes(SELLER, account("customer", "reader", of=("customer", 1)), before) == ["role_not_yours"]
    assert codes(SELLER, before, before) == []
    assert codes(ADMINISTRATOR, account("reader", of=("customer", 1)), before) == []


def test_an_account_is_made_of_what_was_sent_and_what_was_there():
    before = Account(5, "ann", "Ann", ("seller",), None, True, 9, 3)
    after = from_values({"active": False, "of": {"entity": "customer", "id": 4}}, before)
    assert (after.id, after.name, after.roles, after.of, after.active) == (
        5,
        "ann",
        ("seller",),
        ("customer", 4),
        False,
    )
    assert after.department == 9
    assert from_values({"name": "bob", "roles": ["seller"]}).only_role == "seller"
    assert from_values({"department": 8}, before).department == 8
