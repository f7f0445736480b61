"""Who may do what, on which records, and sees what of them."""

from dataclasses import dataclass, field, replace
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ordinance.access import ENGINE, Actor, Rights, mask, permission_table
from ordinance.expressions import ANYWHERE, BOOLEAN, Env, compile_expression
from ordinance.problems import Text
from ordinance.process.model import Lane, Step, Workflow

WORDS = Text("词", "words")


@dataclass(frozen=True)
class F:
    id: str
    type: str = "text"
    to: str | None = None
    secret: bool = False
    fields: dict = field(default_factory=dict)


@dataclass(frozen=True)
class E:
    id: str
    fields: dict
    label: Text = WORDS


@dataclass(frozen=True)
class Permission:
    id: str
    gives: tuple
    where: dict = field(default_factory=dict)
    only: tuple = ()
    label: Text = WORDS


@dataclass(frozen=True)
class Role:
    id: str
    permissions: tuple = ()
    may: dict = field(default_factory=dict)
    where: dict = field(default_factory=dict)
    fields: dict = field(default_factory=dict)
    of: str | None = None
    accounts: int | None = None
    kind: str = "person"
    label: Text = WORDS


@dataclass(frozen=True)
class Duty:
    id: str
    apart: tuple
    enabled: bool = True
    label: Text = WORDS


@dataclass(frozen=True)
class Source:
    entities: dict
    workflows: dict
    roles: dict
    permissions: dict = field(default_factory=dict)
    duties: dict = field(default_factory=dict)


def words(id):
    return {"label": Text.of(id), "waiting": Text.of(id), "taken": Text.of(id)}


def step(id, **more):
    return Step(id=id, **words(id), **more)


def where(source):
    return compile_expression(source, ANYWHERE, BOOLEAN)


def keyed(*values):
    return {each.id: each for each in values}


LINES = F("lines", "lines", fields=keyed(F("product", "ref", "product"), F("price", "money")))
ORDER = E("order", keyed(F("customer", "ref", "customer"), F("total", "money"), F("key", secret=True), LINES))
CUSTOMER = E("customer", keyed(F("code"), F("phone")))
PRODUCT = E("product", keyed(F("name")))
ACCOUNT = E("account", keyed(F("name"), F("role")))

ORDERS = Workflow(
    id="order",
    entity="order",
    label=Text.of("order"),
    revision="r",
    steps=(step("submit"), step("review"), step("ship", by=("shipper",))),
    lanes=MappingProxyType({"cancel": Lane(id="cancel", label=Text.of("cancel"), steps=(step("agree"),))}),
)
SPECIAL = Workflow(
    id="special",
    entity="order",
    label=Text.of("special"),
    revision="r",
    steps=(step("submit", by=("agent",)), step("review")),
)
TASK = E("task", keyed(F("keeper", "ref", "account"), F("cost", "money")))
TASKS = Workflow(
    id="task", entity="task", label=Text.of("task"), revision="r", steps=(step("keep", person=("keeper",)),)
)

PERMISSIONS = keyed(
    Permission("order_view", (("order", "read"),)),
    Permission("order_review", (("order", "review"),)),
    Permission("open_account", (("account", "create"),), {"account": where("role == 'customer'")}),
    Permission("manage", (("account", "create"), ("account", "update"))),
)
ROLES = keyed(
    Role("viewer", permissions=("order_view",)),
    Role("reviewer", permissions=("order_review", "open_account")),
    Role("clerk", may={"order": ("create", "submit", "update", "cancel"), "customer": ("read", "update")}),
    Role("near", may={"order": ("read",)}, where={"order": where("region == user.region")}),
    Role("picker", may={"order": ("read", "print")}, fields={"order": {"total": "hidden", "lines.price": "hidden"}}),
    Role("masked", may={"customer": ("read",)}, fields={"customer": {"phone": "masked"}}),
    Role(
        "customer",
        may={"order": ("read", "create", "submit"), "product": ("read",), "customer": ("read",)},
        of="customer",
    ),
    Role("partner", may={"order": ("read",)}, where={"order": where("customer.owner == user.of")}, of="customer"),
    Role("variant", may={"special": ("read", "review")}),
    Role("administrator", permissions=("manage",)),
    Role("shipper"),
    Role("thrifty", may={"task": ("read",)}, fields={"task": {"cost": "hidden"}}),
    Role("agent"),
    Role("everyone", may={"product": ("read",)}),
)
SOURCE = Source(
    keyed(ORDER, CUSTOMER, PRODUCT, ACCOUNT, TASK),
    keyed(ORDERS, SPECIAL, TASKS),
    ROLES,
    PERMISSIONS,
    keyed(Duty("both", ("order.submit", "order_review")), Duty("off", ("order.ship", "order.review"), enabled=False)),
)
RIGHTS = Rights(SOURCE)
ENV = Env(record={})


def person(*roles, id=7, of=None, deputy_for=(), **values):
    return Actor(id=id, name="P", roles=roles, of=of, deputy_for=deputy_for, values=values)


def sees(actor, record, entity="order"):
    return RIGHTS.rows(actor, entity).admits(record, ENV)


@pytest.mark.requirement("A-04")
def test_rights_of_several_roles_add_up():
    both = person("viewer", "clerk")
    assert RIGHTS.may(both, "read", "order")
    assert RIGHTS.may(both, "submit", "order", "order")
    assert not RIGHTS.may(person("viewer"), "submit", "order", "order")


def test_doing_a_step_implies_reading_its_document():
    assert RIGHTS.may(person("reviewer"), "read", "order")
    assert RIGHTS.may(person("shipper"), "read", "order", "order")
    assert not RIGHTS.may(person("shipper"), "read", "order", "special")
    assert not RIGHTS.may(person("masked"), "read", "order")


def test_by_is_the_whole_list():
    assert RIGHTS.may(person("shipper"), "ship", "order", "order")
    assert not RIGHTS.may(person("clerk"), "ship", "order", "order")
    assert RIGHTS.may(person("agent"), "submit", "order", "special")
    assert not RIGHTS.may(person("clerk"), "submit", "order", "special")


def test_whoever_does_the_first_step_may_create_that_workflow_only():
    assert RIGHTS.may(person("agent"), "create", "order", "special")
    assert not RIGHTS.may(person("agent"), "create", "order", "order")


def test_a_grant_on_a_workflow_reaches_only_its_documents():
    actor = person("variant")
    assert RIGHTS.may(actor, "review", "order", "special")
    assert not RIGHTS.may(actor, "review", "order", "order")
    assert sees(actor, {"workflow": "special"})
    assert not sees(actor, {"workflow": "order"})


def test_steps_of_a_lane_can_be_granted():
    rights = Rights(Source(SOURCE.entities, SOURCE.workflows, keyed(Role("a", may={"order": ("agree",)}))))
    assert rights.may(person("a"), "agree", "order", "order")


def test_a_row_rule_is_read_with_the_values_of_the_account():
    actor = person("near", region="north")
    assert sees(actor, {"workflow": "order", "region": "north"})
    assert not sees(actor, {"workflow": "order", "region": "south"})


@pytest.mark.requirement("B-27")
def test_a_bound_account_sees_only_what_refers_to_its_record():
    actor = person("customer", of=("customer", 5))
    assert sees(actor, {"customer": {"id": 5}, "workflow": "order"})
    assert not sees(actor, {"customer": {"id": 6}, "workflow": "order"})
    assert not sees(actor, {"customer": None, "workflow": "order"})
    assert sees(actor, {"id": 5}, "customer")
    assert not sees(actor, {"id": 6}, "customer")
    assert sees(actor, {"id": 1}, "product")


def test_everyone_means_the_companys_own_people():
    own, machine = person(id=3), replace(person(id=4), kind="system")
    assert RIGHTS.may(own, "read", "product") and own.holds("everyone")
    for other in (machine, person("agent", of=("customer", 5)), person(of=("customer", 5))):
        assert not RIGHTS.may(other, "read", "product") and not other.holds("everyone")


def test_what_everyone_creates_a_bound_account_neither_creates_nor_reads():
    open_to_all = {**ROLES, "everyone": Role("everyone", may={"product": ("create",)})}
    rights = Rights(Source(SOURCE.entities, SOURCE.workflows, open_to_all))
    assert rights.may(person(id=3), "create", "product")
    bound = person(of=("customer", 5))
    assert not rights.may(bound, "create", "product") and not rights.may(bound, "read", "product")


def test_a_deputy_of_ones_own_people_gives_a_bound_account_nothing_of_everyone():
    bound = replace(person("agent", of=("customer", 5)), deputy_for=())
    assert bound.all_roles() == ("agent",)
    assert replace(person("agent"), deputy_for=(bound,)).all_roles() == ("agent", "everyone")


def test_the_person_in_a_field_may_be_a_bound_account():
    bound = person(of=("customer", 5), id=9)
    assert sees(bound, {"workflow": "task", "keeper": {"id": 9}}, "task")


def test_a_row_rule_that_speaks_of_the_bound_record_takes_the_place_of_the_binding():
    actor = person("partner", of=("customer", 5))
    assert sees(actor, {"customer": {"id": 8, "owner": {"id": 5}}, "workflow": "order"})
    assert not sees(actor, {"customer": {"id": 5, "owner": {"id": 8}}, "workflow": "order"})


def test_a_role_of_an_entity_gives_nothing_to_an_account_without_a_record():
    assert not RIGHTS.may(person("customer"), "submit", "order", "order")
    assert not RIGHTS.may(person("customer", of=("product", 1)), "submit", "order", "order")


def test_the_person_in_a_field_may_do_the_step_and_read_the_document():
    actor = person(id=9)
    mine, other = ({"workflow": "task", "keeper": {"id": id}} for id in (9, 10))
    assert sees(actor, mine, "task")
    assert not sees(actor, other, "task")
    thrifty = person("thrifty", id=9)
    assert RIGHTS.sees(thrifty, "task", mine, ENV).level("cost") == "write"
    assert RIGHTS.sees(thrifty, "task", other, ENV).level("cost") == "hidden"
    assert not RIGHTS.rows(thrifty, "task", reading=("cost",)).admits(other, ENV)


def test_a_deputy_has_the_rights_of_the_absent_with_the_values_of_the_absent():
    away = person("near", "reviewer", id=3, region="north")
    deputy = person("viewer", id=4, region="south", deputy_for=(away,))
    assert RIGHTS.may(deputy, "review", "order", "order")
    assert RIGHTS.stands_in(deputy, "review", "order", "order") == away
    assert RIGHTS.stands_in(deputy, "read", "order") is None
    alone = person(id=4, region="south", deputy_for=(person("near", id=3, region="north"),))
    assert sees(alone, {"workflow": "order", "region": "north"})
    assert not sees(alone, {"workflow": "order", "region": "south"})


def test_hidden_and_masked_fields():
    picker, viewer = RIGHTS.projection(person("picker"), "order"), RIGHTS.projection(person("viewer"), "order")
    assert picker.level("total") == "hidden"
    assert picker.level("lines.price") == "hidden"
    assert picker.level("lines.product") == "read"
    assert viewer.level("total") == "read"
    assert viewer.level("key") == "masked"
    assert RIGHTS.projection(person("clerk"), "order").writes("key")
    assert RIGHTS.projection(person("masked"), "customer").level("phone") == "masked"
    record = {"id": "1", "total": "5", "lines": [{"id": "2", "price": "1", "product": {"id": "3"}}]}
    assert picker.apply(record) == {"id": "1", "lines": [{"id": "2", "product": {"id": "3"}}]}


def test_another_role_opens_what_one_hides():
    both = person("picker", "viewer")
    assert RIGHTS.projection(both, "order").level("total") == "read"
    assert RIGHTS.projection(both, "order").uniform


def test_what_is_seen_may_depend_on_the_record_and_then_conditions_are_confined():
    actor = person("picker", "near", region="north")
    near = {"workflow": "order", "region": "north", "customer": None}
    far = {**near, "region": "south"}
    assert not RIGHTS.projection(actor, "order").uniform
    assert RIGHTS.sees(actor, "order", near, ENV).level("total") == "read"
    assert RIGHTS.sees(actor, "order", far, ENV).level("total") == "hidden"
    assert RIGHTS.rows(actor, "order").all
    assert not RIGHTS.rows(actor, "order", reading=("total",)).admits(far, ENV)
    assert RIGHTS.rows(actor, "order", reading=("total",)).admits(near, ENV)


@pytest.mark.requirement("B-22")
def test_only_who_manages_accounts_gives_other_roles():
    assert RIGHTS.assignable(person("reviewer"), "customer", ENV)
    assert not RIGHTS.assignable(person("reviewer"), "viewer", ENV)
    assert RIGHTS.assignable(person("administrator"), "viewer", ENV)


def test_duties():
    (apart,) = RIGHTS.apart("order", "review")
    assert apart.others == frozenset({"submit"})
    assert RIGHTS.apart("order", "ship") == ()
    assert [each.code for each in RIGHTS.conflicts(("clerk", "reviewer"))] == ["duty_roles"]
    assert RIGHTS.conflicts(("clerk", "viewer")) == ()


def test_a_role_that_holds_both_sides_itself_can_be_given():
    both = Role("both", may={"order": ("submit", "review")})
    rights = Rights(Source(SOURCE.entities, SOURCE.workflows, {"both": both}, PERMISSIONS, SOURCE.duties))
    assert rights.conflicts(("both",)) == ()


def test_the_house_itself_may_everything():
    assert RIGHTS.may(ENGINE, "delete", "order")
    assert RIGHTS.rows(ENGINE, "order").all
    assert RIGHTS.projection(ENGINE, "order").level("key") == "write"


@pytest.mark.requirement("B-20")
def test_the_permission_table():
    table = permission_table(SOURCE, RIGHTS)
    assert [each for each, _ in table.roles] == list(ROLES)
    row = next(each for each in table.permissions if each.id == "order_view")
    assert [role for (role, _), held in zip(table.roles, row.held, strict=True) if held] == ["viewer"]
    acts = next(each for each in table.acts if each.entity == "order")
    assert acts.acts[list(ROLES).index("shipper")] == ("read", "ship")


def test_masks_tell_nothing_of_short_values():
    assert mask("1234") == "•••"
    assert mask("13800001234") == "•••34"
    assert mask(None) is None
    assert mask(12345678) == "•••"


NAMES = sorted(ROLES)
RECORDS = [
    {"id": i, "workflow": w, "region": r, "customer": c}
    for i, (w, r, c) in enumerate(
        (w, r, c)
        for w in ("order", "special")
        for r in ("north", "south")
        for c in (None, {"id": 5, "owner": {"id": 6}}, {"id": 6, "owner": {"id": 5}})
    )
]
BOUND = st.sampled_from([None, ("customer", 5), ("product", 5)])


def reach(actor):
    """Everything the actor may do and see, as a set."""
    found = set()
    for entity in SOURCE.entities:
        for act in {each.act for each in RIGHTS.grants}:
            if RIGHTS.may(actor, act, entity):
                found.add((entity, act))
        for record in RECORDS if entity == "order" else ():
            seen = RIGHTS.sees(actor, entity, record, ENV)
            assert (seen is not None) == RIGHTS.rows(actor, entity).admits(record, ENV)
            for path in ("total", "lines", "lines.price", "customer", "key") if seen else ():
                for level in ("hidden", "masked", "read", "write"):
                    found.add((entity, record["id"], path, level))
                    if level == seen.level(path):
                        break
                confined = RIGHTS.rows(actor, entity, reading=(path,)).admits(record, ENV)
                assert confined == seen.reads(path), "a filter reaches exactly the records that show the field"
    return found


@settings(deadline=None)
@given(roles=st.sets(st.sampled_from(NAMES), max_size=5), gone=st.sampled_from(NAMES), of=BOUND)
def test_taking_a_role_away_never_gives_a_right(roles, gone, of):
    more = reach(person(*sorted(roles), of=of, region="north"))
    less = reach(person(*sorted(roles - {gone}), of=of, region="north"))
    assert less <= more


@settings(deadline=None)
@given(roles=st.lists(st.sampled_from(NAMES), max_size=4, unique=True), of=BOUND)
def test_the_order_of_roles_does_not_matter(roles, of):
    one = reach(person(*roles, of=of, region="north"))
    assert one == reach(person(*reversed(roles), of=of, region="north"))


@settings(deadline=None)
@given(
    mine=st.sets(st.sampled_from(NAMES), max_size=3),
    theirs=st.sets(st.sampled_from(NAMES), max_size=3),
    of=BOUND,
)
def test_standing_in_gives_both_peoples_rights_and_no_more(mine, theirs, of):
    own = person(*sorted(mine), id=7, region="north")
    away = person(*sorted(theirs), id=8, of=of, region="south")
    together = reach(person(*sorted(mine), id=7, region="north", deputy_for=(away,)))
    assert together == reach(own) | reach(away)


@settings(deadline=None)
@given(roles=st.sets(st.sampled_from(NAMES), max_size=4), of=BOUND)
def test_the_projection_at_most_covers_that_of_each_record(roles, of):
    actor = person(*sorted(roles), of=of, region="north")
    most = RIGHTS.projection(actor, "order")
    for record in RECORDS:
        seen = RIGHTS.sees(actor, "order", record, ENV)
        for path in ("total", "lines.price", "key") if seen else ():
            order = ("hidden", "masked", "read", "write")
            assert order.index(seen.level(path)) <= order.index(most.level(path))
            if most.uniform:
                assert seen.level(path) == most.level(path)
