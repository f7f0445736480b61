"""From files to one frozen value: entities, workflows, roles, departments that are off, revisions."""

import dataclasses
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from rooms.shop_kit import NONE, Shop, only, told

from ordinance.blueprint import load, restore
from ordinance.expressions import Env, Span
from ordinance.problems import Text


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


@pytest.fixture
def blueprint(shop):
    loaded = shop.load()
    assert told(loaded, notes=True) == []
    return loaded.blueprint


def test_the_shop_is_a_blueprint_without_a_word(blueprint):
    assert list(blueprint.workflows) == ["order"]
    assert list(blueprint.departments) == ["stock", "money"]


def test_a_blueprint_is_frozen(blueprint):
    with pytest.raises(dataclasses.FrozenInstanceError):
        blueprint.revision = "another"


def test_a_field_has_its_words_its_type_and_its_path(blueprint):
    price = blueprint.entities["order"].at(("lines", "price"))
    assert (price.type, price.path, price.label) == ("money", ("lines", "price"), Text("单价", "Price"))
    assert price.copy_from == ("product", "price")


def test_a_formula_is_compiled(blueprint):
    total = blueprint.entities["order"].fields["total"].formula
    assert total.evaluate(Env({"lines": [{"amount": Decimal("1.50")}, {"amount": Decimal("2")}]})) == Decimal("3.50")


def test_a_reference_gives_the_other_side_its_list(blueprint):
    back = blueprint.entities["customer"].backs["orders"]
    assert (back.entity, back.field) == ("order", "customer")


def test_entities_with_a_workflow_are_documents(blueprint):
    assert [id for id, each in blueprint.entities.items() if each.workflows] == ["order"]


def test_a_step_is_compiled_with_everything_bound_to_it(blueprint):
    review = blueprint.workflows["order"].step("review")
    assert (review.by, review.back_to, review.differs_from) == (("reviewer",), ("submit",), ("submit",))
    assert review.due == Span(workdays=2)
    assert [each.name or each.id for each in review.checks] == ["stock.available", "big"]
    assert review.waiting == Text("待审核", "Awaiting: Review")


def test_an_effect_takes_its_inputs_from_fields_of_the_same_name(blueprint):
    reserve = blueprint.workflows["order"].step("review").does[0]
    assert (reserve.id, reserve.undo) == ("stock.reserve", "stock.release")
    lines = [{"product": {"id": 1}, "quantity": Decimal(2)}, {"product": {"id": 2}, "quantity": None}]
    values = {name: each.evaluate(Env({"lines": lines})) for name, each in reserve.inputs.items()}
    assert values == {"lines.product": ({"id": 1}, {"id": 2}), "lines.quantity": (Decimal(2), None)}
    assert reserve.inputs["lines.quantity"].reads == {("lines", "quantity")}


def test_an_input_that_only_lines_have_is_taken_from_the_lines(blueprint):
    issue = blueprint.workflows["order"].step("ship").does[0]
    assert issue.inputs["quantity"].source == "lines.quantity"
    assert issue.witness


def test_given_inputs_are_expressions_or_constants(shop):
    shop.change("plugins/stock/plugin.yaml", "reads: [warehouse]", "reads: [warehouse, note, extra]")
    shop.change(
        "workflows.yaml",
        "does: [stock.reserve]",
        "does: [{stock.reserve: {warehouse: main, note: \"kind == 'urgent'\", "
        "extra: customer.name, lines.quantity: lines.price}}]",
    )
    loaded = shop.load()
    assert told(loaded) == []
    reserve = loaded.blueprint.workflows["order"].step("review").does[0]
    assert reserve.constants == {"warehouse": "main"}
    assert {name: each.source for name, each in reserve.inputs.items()} == {
        "note": "kind == 'urgent'",
        "extra": "customer.name",
        "lines.quantity": "lines.price",
        "lines.product": "lines.product",
    }


def test_after_names_effects_of_the_same_department(blueprint):
    assert blueprint.workflows["order"].step("pay").does[1].after == ("money.receive",)


def test_rules_that_act_by_themselves(blueprint):
    workflow = blueprint.workflows["order"]
    assert [each.passes for each in workflow.step("review").by_itself] == [True]
    assert [(each.after, each.event) for each in workflow.step("confirm").by_itself] == [
        (Span(days=15), None),
        (None, "stock.moved"),
    ]


def test_lanes_stages_number_and_openings(blueprint):
    workflow = blueprint.workflows["order"]
    assert (workflow.lanes["cancel"].before, workflow.lanes["cancel"].ends) == ("ship", "cancelled")
    assert [(each.id, each.start) for each in workflow.stages] == [("open", "submit"), ("going", "ship")]
    assert (workflow.number.at, workflow.number.gapless) == ("submit", True)
    assert workflow.openings[0].via == ("office", "portal")
    assert [(each.kind, each.target, each.message) for each in workflow.step("ship").tells] == [
        ("role", "customer", "shipped"),
        ("everyone", "everyone", ""),
    ]


def test_a_workflow_carries_its_revision_and_the_words_of_its_fields(blueprint):
    workflow = blueprint.workflows["order"]
    assert workflow.revision == blueprint.revision
    assert workflow.labels["lines.quantity"] == Text("数量", "Quantity")


def test_roles_permissions_and_duties(blueprint):
    clerk = blueprint.roles["clerk"]
    assert clerk.permissions == ("order_enter", "order_view")
    assert clerk.where["order"].evaluate(Env({"customer": {"owner": {"id": 7}}}, user={"id": 7}))
    assert blueprint.roles["customer"].may == {"order": ("read", "create", "submit", "confirm")}
    assert (blueprint.roles["customer"].of, blueprint.roles["customer"].accounts) == ("customer", 1)
    assert blueprint.roles["cashier"].fields == {"order": {"lines.price": "masked"}}
    assert blueprint.permissions["order_enter"].gives == (("order", "create"), ("order", "submit"))
    assert blueprint.duties["enter_review"].apart == ("order.submit", "order.review")


def test_the_company_its_calendar_and_its_guide(blueprint):
    company = blueprint.company
    assert (company.zone, company.currency, company.label) == ("Asia/Shanghai", "CNY", Text("小店", "Little shop"))
    assert not company.calendar.is_workday(date(2026, 10, 1))
    assert company.calendar.is_workday(date(2026, 10, 3))
    saturday = datetime(2026, 10, 3, 1, tzinfo=UTC)
    assert Span.parse("1wd").add_to(saturday, company.calendar).date() == date(2026, 10, 5)
    guide = blueprint.guide[0]
    assert guide.open == ("product", "create")
    assert guide.done.evaluate(Env({}, counts={"product": 1}))


def test_what_departments_declare(blueprint):
    assert blueprint.actions["stock.reserve"].emits == ("stock.reserved",)
    assert blueprint.actions["stock.release"].undoes == "stock.reserve"
    assert blueprint.checks["stock.available"].parameters == {"within": {"type": "duration"}}
    assert "stock.moved" in blueprint.events
    assert blueprint.values["order", "short"].type.kind == "boolean"
    assert blueprint.functions["stock_of"].returns.kind == "number"


def test_the_revision_is_the_hash_of_the_whole_text(shop):
    first = shop.load().blueprint
    assert first.revision == shop.load().blueprint.revision
    assert json.loads(first.text)["workflows"]["order"]["number"]["at"] == "submit"
    assert shop.change("workflows.yaml", "due: 2wd", "due: 3wd").load().blueprint.revision != first.revision


def test_every_value_knows_where_it_was_written(blueprint):
    assert str(blueprint.origin("workflows.order.steps.review.due")).startswith("workflows.yaml:24:")
    assert blueprint.origin("workflows.order.steps.review.nothing") is None


@pytest.mark.requirement("B-14")
def test_toggles_switch_steps(shop):
    loaded = shop.load(order__review=False)
    assert loaded.blueprint.workflows["order"].step("review").enabled is False
    assert loaded.blueprint.revision != shop.load().blueprint.revision


def test_two_sites_load_in_one_process(tmp_path):
    one, two = Shop(tmp_path / "one"), Shop(tmp_path / "two")
    two.change("roles.yaml", "Reviewer", "Checker")
    assert one.load().blueprint.roles["reviewer"].label.en == "Reviewer"
    assert two.load().blueprint.roles["reviewer"].label.en == "Checker"


def test_a_blueprint_is_restored_from_its_text_alone(shop, blueprint):
    (shop.folder / "workflows.yaml").unlink()
    restored = restore(shop.folder, blueprint.text, builtin=NONE).blueprint
    assert (restored.revision, restored.text) == (blueprint.revision, blueprint.text)
    assert restored.workflows["order"].step("review").by == ("reviewer",)
    assert list(restored.departments) == ["stock", "money"]


def test_a_row_rule_may_stand_under_a_workflow(shop):
    shop.change("roles.yaml", "where: {order: customer.owner == user}", "where: {order: total > 0}")
    assert shop.load().blueprint.roles["clerk"].where["order"].source == "total > 0"


class TestSwitchedOff:
    """A department that is off keeps its entities; what is bound to its code is left out, with a note."""

    @pytest.fixture
    def without_money(self, shop):
        return shop.change("config/company.yaml", "guide:", "departments: {money: {enabled: false}}\nguide:")

    def test_its_actions_are_left_out_with_a_note(self, without_money):
        loaded = without_money.load()
        assert told(loaded) == []
        assert told(loaded, notes=True) == ["left_out", "left_out"]
        assert loaded.blueprint.workflows["order"].step("pay").does == ()
        assert "money.receive" not in loaded.blueprint.actions

    def test_a_check_that_reads_its_value_is_left_out(self, without_money):
        without_money.change("workflows.yaml", "must: total < 10000", "must: paid")
        checks = without_money.load().blueprint.workflows["order"].step("review").checks
        assert [each.id for each in checks] == ["stock.available"]

    def test_a_rule_that_reads_its_value_is_left_out(self, without_money):
        without_money.change("workflows.yaml", "when: kind == 'urgent'", "when: paid")
        assert without_money.load().blueprint.workflows["order"].step("review").by_itself == ()

    def test_a_step_whose_condition_reads_its_value_is_left_out(self, without_money):
        without_money.change("workflows.yaml", "asks: [paid_amount]", "asks: [paid_amount]\n      when: not paid")
        loaded = without_money.load()
        assert loaded.blueprint.workflows["order"].step("pay") is None
        assert told(loaded) == []

    def test_with_the_department_on_the_same_condition_counts(self, shop):
        shop.change("workflows.yaml", "asks: [paid_amount]", "asks: [paid_amount]\n      when: not paid")
        assert shop.load().blueprint.workflows["order"].step("pay").when is not None

    def test_its_events_are_left_out(self, shop):
        shop.change("config/company.yaml", "guide:", "departments: {stock: {enabled: false}}\nguide:")
        shop.change("plugins/money/plugin.yaml", "requires: [stock]\n", "")
        loaded = shop.load()
        assert [each.event for each in loaded.blueprint.workflows["order"].step("confirm").by_itself] == [None]

    def test_a_department_that_requires_it_is_told(self, shop):
        shop.change("config/company.yaml", "guide:", "departments: {stock: {enabled: false}}\nguide:")
        assert "requires_switched_off" in told(shop.load(), notes=True)


def test_a_broken_file_stops_before_anything_is_guessed(shop):
    loaded = shop.change("roles.yaml", "roles:\n", "roles: [\n").load()
    assert loaded.blueprint is None
    assert {each.place.file for each in loaded.problems} == {"roles.yaml"}


def test_a_file_with_an_unknown_name_is_pointed_out(shop):
    loaded = shop.write("config/entites.yaml", "schema: 1\n").load()
    problem = only(loaded, "unknown_file")
    assert "entities.yaml" in problem.remedy.en
    assert loaded.blueprint is not None


def test_a_folder_without_departments_is_a_site_too(tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "company.yaml").write_text("schema: 1\nid: empty\n", encoding="utf-8")
    loaded = load(tmp_path, builtin=tmp_path / "none")
    assert loaded.blueprint is not None
    assert loaded.blueprint.workflows == {}
