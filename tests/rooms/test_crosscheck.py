"""Every fault that only shows when the layers are together: one change to the shop, one code, the right line."""

import pytest
from rooms.shop_kit import Shop, only, told

from ordinance.problems.catalogue import crosscheck

W, E, R, C = "workflows.yaml", "config/entities.yaml", "roles.yaml", "config/company.yaml"
STOCK, MONEY = "plugins/stock/plugin.yaml", "plugins/money/plugin.yaml"

CASES = {
    "unknown_action": [(W, "does: [stock.reserve]", "does: [stock.reserv]")],
    "unknown_check": [(W, "stock.available: {}", "stock.availabel: {}")],
    "unknown_event": [(W, "event: stock.moved", "event: stock.move")],
    "unknown_entity": [(E, "to: product, label", "to: produkt, label")],
    "unknown_path": [(W, "asks: [carrier]", "asks: [carier]")],
    "not_a_document": [(W, "must: total < 10000", "must: customer.done")],
    "unknown_role": [(W, "by: [keeper]", "by: [keper]")],
    "unknown_step": [(W, "back_to: submit", "back_to: submitt")],
    "unknown_lane": [(W, "{after: 15d, pass: true}", "{after: 15d, lane: cancl}")],
    "unknown_end": [(W, "asks: [carrier]", "asks: [carrier]\n      ends: lost")],
    "unknown_message": [(W, "customer: shipped", "customer: shiped")],
    "unknown_permission": [(R, "may: [account_manage, order_view]", "may: [account_manag, order_view]")],
    "unknown_grant": [(R, "gives: [order.read]", "gives: [order.raed]")],
    "unknown_duty_step": [(R, "apart: [order.submit, order.review]", "apart: [order.submit, order.reviews]")],
    "unknown_field_type": [(E, "{type: text, label: {zh: 承运商", "{type: txt, label: {zh: 承运商")],
    "unknown_toggle": [(C, "guide:", "toggles: {order.reviews: false}\nguide:")],
    "unknown_input": [(W, "does: [stock.reserve]", "does: [{stock.reserve: {warehous: main}}]")],
    "unknown_parameter_of_check": [(W, "stock.available: {}", "stock.available: {withn: 3d}")],
    "reserved_step": [(W, "    confirm:\n", "    complete:\n"), (R, "submit, confirm]", "submit, complete]")],
    "step_is_verb": [(W, "    confirm:\n", "    print:\n"), (R, "submit, confirm]", "submit, print]")],
    "step_id_twice": [(W, "    cancel: {", "    ship: {")],
    "reserved_field": [(E, "    region: {type: text", "    parent: {type: text")],
    "back_is_field": [(E, "back: orders", "back: region")],
    "field_without_type": [(E, "    carrier:  {type: text, ", "    carrier:  {")],
    "ref_without_target": [(E, "owner:  {type: ref, to: account, ", "owner:  {type: ref, ")],
    "bad_default": [(E, "default: plain", "default: other")],
    "grant_without_verbs": [(R, "may: [account_manage, order_view]", "may: [account_manage, order]")],
    "opening_without_reference": [(W, "opens: {via: [office, portal]}", "opens: {via: [office], from: address}")],
    "unknown_column": [("config/reports.yaml", "sort: [-amount]", "sort: [-amuont]")],
    "no_steps": [(W, "schema: 1\n", "schema: 1\nempty:\n  of: customer\n")],
    "all_steps_off": [
        (W, "schema: 1\n", "schema: 1\nlisting:\n  of: product\n  steps: {list: {label: List, enabled: false}}\n")
    ],
    "together_apart": [
        (W, "label: {zh: 审核, en: Review}", "label: {zh: 审核, en: Review}\n      together: both"),
        (W, "label: {zh: 发货, en: Ship}", "label: {zh: 发货, en: Ship}\n      together: both"),
    ],
    "differs_from_later": [(W, "differs_from: [submit]", "differs_from: [ship]")],
    "stages_order": [
        (W, "from: ship, label", "from: submit, label"),
        (W, "from: submit, label: {zh: 处理中", "from: ship, label: {zh: 处理中"),
    ],
    "back_to_later": [(W, "back_to: submit", "back_to: pay")],
    "back_to_beside": [
        (W, "label: {zh: 审核, en: Review}", "label: {zh: 审核, en: Review}\n      together: both"),
        (W, "label: {zh: 付款, en: Pay}", "label: {zh: 付款, en: Pay}\n      together: both\n      back_to: review"),
    ],
    "final_before_way_back": [
        (W, "label: {zh: 收货, en: Confirm}", "label: {zh: 收货, en: Confirm}\n      back_to: pay")
    ],
    "final_before_landing": [
        (STOCK, "undo: release", "undo: never"),
        (W, "label: {zh: 发货, en: Ship}", "label: {zh: 发货, en: Ship}\n      back_to: pay"),
        (W, "label: {zh: 付款, en: Pay}", "label: {zh: 付款, en: Pay}\n      when: total > 0"),
    ],
    "final_before_end": [(W, "before: ship, asks", "at: [confirm], asks")],
    "undo_missing": [(MONEY, ", undo: owe_back", "")],
    "effect_twice": [(W, "does: [stock.issue]", "does: [stock.issue, stock.reserve]")],
    "after_later": [(W, "does: [money.receive, money.voucher]", "does: [money.voucher, money.receive]")],
    "after_missing": [(W, "does: [money.receive, money.voucher]", "does: [money.voucher]")],
    "after_sometimes": [(W, "[money.receive, money.voucher]", "[{money.receive: {when: total > 0}}, money.voucher]")],
    "after_beside": [
        (W, "does: [money.receive, money.voucher]", "does: [money.receive]\n      together: both"),
        (W, "does: [stock.issue]", "does: [stock.issue, money.voucher]\n      together: both"),
    ],
    "round_without_until": [(W, "does: [stock.issue]", "does: [{stock.issue: {each: round}}]")],
    "witness_off": [
        (W, "asks: [carrier]", "asks: [carrier]\n      enabled: false"),
        (E, "carrier:  {type: text", "carrier:  {type: text, default: us"),
    ],
    "input_missing": [(STOCK, "needs: [quantity, carrier]", "needs: [quantity, carrier, weight]")],
    "input_switched_off": [(W, "asks: [paid_amount]", "asks: [paid_amount]\n      enabled: false")],
    "input_may_be_missing": [(W, "asks: [paid_amount]", "asks: [paid_amount]\n      enabled: kind == 'plain'")],
    "input_never_asked": [(W, "asks: [carrier]", "offers: [reason]")],
    "reads_later": [(W, "asks: [paid_amount]", "asks: [paid_amount]\n      when: carrier is set")],
    "asks_computed": [(W, "asks: [carrier]", "asks: [carrier, total]")],
    "due_is_no_time": [(W, "due: 2wd", "due: total")],
    "nobody_may": [(R, "submit, confirm]", "submit]")],
    "said_twice": [(R, "gives: [order.read]", "gives: [order.read, order.ship]")],
    "only_broken": [
        (
            R,
            "keeper:   {label: {zh: 仓管, en: Keeper}, may: [order_view]",
            "keeper:   {label: {zh: 仓管, en: Keeper}, may: [order_view, account_manage]",
        )
    ],
    "duty_of_one": [(R, "apart: [order.submit, order.review]", "apart: [order.submit]")],
    "duty_in_one_role": [
        (
            R,
            "reviewer: {label: {zh: 审核员, en: Reviewer}, may: [order_view]",
            "reviewer: {label: {zh: 审核员, en: Reviewer}, may: [order_view, order_enter]",
        )
    ],
    "switch_needs": [
        (W, "  lanes:\n", "  switches: {paid_first: {if: ship, then: review}}\n  lanes:\n"),
        (C, "guide:", "toggles: {order.review: false}\nguide:"),
    ],
    "switch_excludes": [(W, "  lanes:\n", "  switches: {either: {not_both: [review, pay]}}\n  lanes:\n")],
    "number_from_where": [(W, ', pattern: "SO{yyyy}{mm}-{n:04}"', "")],
    "number_part": [(W, "SO{yyyy}{mm}-{n:04}", "SO{year}-{n:04}")],
    "number_counter": [(W, "SO{yyyy}{mm}-{n:04}", "SO{yyyy}{mm}")],
    "number_period": [(W, "SO{yyyy}{mm}-{n:04}", "SO{yyyy}{dd}-{n:04}")],
    "formula_cycle": [(E, "{type: money, formula: quantity * price", "{type: money, formula: parent.total * price")],
    "words_missing": [(R, "cashier:  {label: {zh: 出纳, en: Cashier}", "cashier:  {label: {zh: 出纳}")],
}
"""Code to what brings it about. `left_out` has tests of its own, where departments are switched off."""

PLACES = {
    "unknown_action": ("workflows.yaml", 22),
    "unknown_path": ("workflows.yaml", 34),
    "unknown_step": ("workflows.yaml", 23),
    "effect_twice": ("workflows.yaml", 35),
    "input_switched_off": ("workflows.yaml", 30),
    "only_broken": ("roles.yaml", 11),
    "words_missing": ("roles.yaml", 10),
    "reserved_field": ("config/entities.yaml", 15),
}


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


@pytest.mark.parametrize("code", CASES)
def test_each_fault_is_found(shop, code):
    for file, old, new in CASES[code]:
        shop.change(file, old, new)
    loaded = shop.load()
    assert code in told(loaded, notes=True)
    problem = next(each for each in loaded.problems if each.code == code)
    if code in PLACES:
        assert (problem.place.file, problem.place.line) == PLACES[code]
    assert problem.place is not None
    assert (loaded.blueprint is None) == (crosscheck.ENTRIES[code].severity == "error")


def test_every_code_has_a_test_that_produces_it():
    assert set(crosscheck.ENTRIES) - set(CASES) == {"left_out"}


def test_the_caret_stands_under_the_part_of_the_expression(shop):
    problem = only(shop.change("workflows.yaml", "must: total < 10000", "must: totl < 10000").load(), "unknown_name")
    assert (problem.place.line, problem.place.column, problem.place.length) == (21, 21, 4)


def test_a_quoted_expression_counts_its_quote(shop):
    problem = only(shop.change("workflows.yaml", "must: total < 10000", 'must: "totl < 10000"').load(), "unknown_name")
    assert problem.place.column == 22


def test_a_wrong_name_gets_the_closest_right_one(shop):
    problem = only(shop.change(W, "does: [stock.reserve]", "does: [stock.reserv]").load(), "unknown_action")
    assert "stock.reserve" in problem.remedy.en


def test_a_binding_with_a_name_of_its_own_may_stand_twice(shop):
    shop.change(W, "does: [stock.issue]", "does: [stock.issue, {stock.reserve: {as: again}}]")
    loaded = shop.load()
    assert told(loaded) == []
    assert [(each.id, each.action) for each in loaded.blueprint.workflows["order"].step("ship").does] == [
        ("stock.issue", "stock.issue"),
        ("again", "stock.reserve"),
    ]


def test_after_follows_a_binding_by_its_own_name(shop):
    shop.change(W, "does: [money.receive, money.voucher]", "does: [{money.receive: {as: cash}}, money.voucher]")
    loaded = shop.load()
    assert told(loaded) == []
    assert loaded.blueprint.workflows["order"].step("pay").does[1].after == ("cash",)


def test_nothing_waits_for_an_action_of_a_department_that_is_off(shop):
    shop.change(MONEY, "after: [receive]", "after: [stock.reserve]")
    shop.change(C, "guide:", "departments: {stock: {enabled: false}}\nguide:")
    loaded = shop.load()
    assert told(loaded) == []
    assert loaded.blueprint.workflows["order"].step("pay").does[1].after == ()


def test_a_step_that_may_not_be_off_refuses_the_toggle(shop):
    assert "enabled_always" in told(shop.load(order__submit=False))


def test_switching_off_who_asks_names_field_and_line(shop):
    problem = only(shop.load(order__ship=False), "input_switched_off")
    assert "Carrier" in problem.message.en
    assert "workflows.yaml:35" in problem.message.en


@pytest.mark.requirement("X-16")
def test_switching_off_a_physical_fact_wants_to_be_assumed(shop):
    shop.change(E, "carrier:  {type: text", "carrier:  {type: text, default: us")
    assert told(shop.load(order__ship=False)) == ["witness_off"]
    shop.change(W, "asks: [carrier]", "asks: [carrier]\n      assume: true")
    assert told(shop.load(order__ship=False)) == []


def test_a_default_fills_what_nobody_asks(shop):
    shop.change(E, "paid_amount: {type: money", 'paid_amount: {type: money, default: "0"')
    assert told(shop.load(order__pay=False)) == []


def test_an_action_that_writes_a_field_gives_it(shop):
    shop.change(STOCK, "undo: release", "undo: release\n    writes: [carrier]")
    shop.change(W, "asks: [carrier]", "offers: [reason]")
    assert told(shop.load()) == []


def test_a_field_asked_beside_is_not_asked_before(shop):
    shop.change(
        W, "label: {zh: 付款, en: Pay}", "label: {zh: 付款, en: Pay}\n      together: both\n      when: carrier is set"
    )
    shop.change(W, "label: {zh: 发货, en: Ship}", "label: {zh: 发货, en: Ship}\n      together: both")
    assert "reads_later" in told(shop.load())


def test_a_step_that_only_a_grant_names_is_staffed(shop):
    shop.change(W, "      by: [keeper]\n", "")
    assert told(shop.load()) == ["nobody_may"]
    shop.change(R, "gives: [order.read]", "gives: [order.read, order.ship]")
    assert told(shop.load()) == []


def test_a_step_that_is_off_needs_nobody(shop):
    shop.change(W, "      by: [reviewer]\n      differs_from", "      differs_from")
    assert told(shop.load(order__review=False)) == []


def test_a_lane_that_only_the_house_enters_needs_nobody(shop):
    shop.change(W, "by: [reviewer], before: ship", "before: ship")
    shop.change(W, "{after: 15d, pass: true}", "{after: 15d, lane: cancel}")
    assert told(shop.load()) == []


def test_a_grant_over_the_entity_does_not_repeat_the_by_of_a_variant(shop):
    steps = "{submit: {label: Submit, by: [clerk], asks: [customer]}}"
    variant = f"urgent_order: {{of: order, when: kind == 'urgent', steps: {steps}}}"
    shop.change(W, "schema: 1\n", f"schema: 1\n{variant}\n")
    assert told(shop.load()) == []


@pytest.mark.parametrize(
    "views",
    [
        "lists: {all: {columns: [code, prise]}}",
        "lists: {all: {columns: [code], sort: [-prise]}}",
        "lists: {all: {columns: [code], group: prise}}",
        "forms: {main: {sections: {one: {fields: [prise]}}}}",
        "title: prise",
    ],
)
def test_lists_forms_and_titles_show_fields_that_exist(shop, views):
    shop.change(E, "  label: {zh: 商品, en: Product}\n", f"  label: {{zh: 商品, en: Product}}\n  {views}\n")
    assert "price" in only(shop.load(), "unknown_path").remedy.en


def test_a_list_may_show_what_only_documents_have(shop):
    shop.change(
        E, "  label: {zh: 商品, en: Product}\n", "  label: Product\n  lists: {all: {columns: [code, number]}}\n"
    )
    loaded = shop.load()
    assert told(loaded) == []
    assert list(loaded.blueprint.entities["product"].lists["all"]["columns"]) == ["code"]
