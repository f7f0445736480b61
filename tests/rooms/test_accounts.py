"""Accounts in the database: signing in, sessions, keys, guessing, limits, deputies."""

import asyncio
from datetime import date, timedelta

import pytest
from rooms.accounts_kit import NOW, PASSWORD, RIGHTS, ROLES, Company

from ordinance.accounts import Account, SignedIn, holders
from ordinance.accounts.passwords import Passwords, check_password
from ordinance.storage import Database

pytestmark = pytest.mark.anyio


@pytest.fixture
async def company(database_url):
    async with Database(database_url) as database:
        yield await Company(database).prepared()


def codes(reasons):
    return [each.code for each in reasons]


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("short7!", ["password_short"]),
        ("eight8!x", []),
        ("x1" * 128, ["password_common"]),
        ("xy1" * 85, []),
        ("xyz" * 86, ["password_long"]),
        ("my-Marianne-1", ["password_name"]),
        ("ＰＡＳＳＷＯＲＤ", ["password_common"]),
        ("12345678", ["password_common"]),
        ("aaaaaaaa", ["password_common"]),
        ("中文密码也可以用", []),
    ],
)
def test_the_rules_of_passwords(password, expected):
    assert codes(check_password(password, "marianne")) == expected


async def test_a_hash_tells_nothing_and_no_character_is_cut_off():
    passwords = Passwords()
    long = "a1" * 40
    stored = await passwords.hash(long)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await passwords.verify(stored, long)
    assert not await passwords.verify(stored, long[:72] + "x" + long[73:])
    assert not await passwords.verify(None, long)
    assert not await passwords.verify("broken", long)
    assert await passwords.verify(await passwords.hash("cafe\u0301 au lait"), "caf\u00e9 au lait")


async def test_signing_in_and_out(company):
    await company.add("ann", "seller", password=PASSWORD, regions=("north",))
    signed = await company.accounts.sign_in("ANN", PASSWORD, NOW, agent="test")
    assert isinstance(signed, SignedIn)
    assert signed.first_login
    assert signed.actor.roles == ("seller",)
    assert signed.actor.user()["regions"] == ("north",)
    again = await company.accounts.by_session(signed.token, NOW)
    assert again.actor == signed.actor
    assert again.csrf == signed.csrf != signed.token
    await company.accounts.sign_out(signed.token)
    assert await company.accounts.by_session(signed.token, NOW) is None


async def test_the_wrong_password_and_an_unknown_name_look_the_same(company):
    await company.add("ann", "seller", password=PASSWORD)
    wrong = await company.accounts.sign_in("ann", "nothing like it", NOW)
    unknown = await company.accounts.sign_in("bob", "nothing like it", NOW)
    assert wrong == unknown
    assert codes(wrong) == ["bad_credentials"]


async def test_nothing_of_a_secret_is_stored(company):
    ann = await company.add("ann", "seller", password=PASSWORD)
    signed = await company.accounts.sign_in("ann", PASSWORD, NOW)
    key = await company.accounts.issue_token(ann.id, NOW)
    rows = []
    for table in ("login", "session", "token"):
        rows += await company.database.fetch(f"SELECT * FROM {table}")
    assert not any(secret in str(rows) for secret in (PASSWORD, signed.token, key, signed.csrf))


async def test_the_session_is_another_one_after_signing_in(company):
    await company.add("ann", "seller", password=PASSWORD)
    first = await company.accounts.sign_in("ann", PASSWORD, NOW)
    second = await company.accounts.sign_in("ann", PASSWORD, NOW, old=first.token)
    assert first.token != second.token
    assert await company.accounts.by_session(first.token, NOW) is None
    assert await company.accounts.by_session(second.token, NOW) is not None
    assert await company.accounts.by_session("chosen by somebody", NOW) is None


async def test_a_session_ends_by_idleness_and_by_age(company):
    await company.add("ann", "seller", password=PASSWORD)
    signed = await company.accounts.sign_in("ann", PASSWORD, NOW)
    later = NOW + timedelta(hours=4)
    assert await company.accounts.by_session(signed.token, later - timedelta(seconds=1)) is not None
    assert await company.accounts.by_session(signed.token, later) is not None, "its last use counts"
    at = NOW
    while at < NOW + timedelta(hours=23):
        at += timedelta(hours=3)
        found = await company.accounts.by_session(signed.token, at)
    assert at == NOW + timedelta(hours=24)
    assert found is None


async def test_suspending_ends_everything_at_once(company):
    await company.add("eva", "administrator")
    ann = await company.add("ann", "seller", password=PASSWORD)
    signed = await company.accounts.sign_in("ann", PASSWORD, NOW)
    key = await company.accounts.issue_token(ann.id, NOW)
    assert await company.suspend(ann) == ()
    async with Database(company.database.url) as another_process:
        others = Company(another_process).accounts
        assert await others.by_session(signed.token, NOW) is None
        assert await others.by_token(key, NOW) is None
        assert codes(await others.sign_in("ann", PASSWORD, NOW)) == ["suspended"]
        assert codes(await others.sign_in("ann", "wrong password", NOW)) == ["bad_credentials"]


async def test_a_new_password_ends_all_sessions(company):
    ann = await company.add("ann", "seller", password=PASSWORD)
    signed = [await company.accounts.sign_in("ann", PASSWORD, NOW) for _ in range(3)]
    assert len(await company.accounts.sessions(ann.id)) == 3
    assert codes(await company.accounts.change_password(ann, "not this one", "another fine one", NOW)) == [
        "password_wrong"
    ]
    assert codes(await company.accounts.change_password(ann, PASSWORD, "ann12", NOW)) == [
        "password_short",
        "password_name",
    ]
    assert await company.accounts.by_session(signed[0].token, NOW) is not None
    assert await company.accounts.change_password(ann, PASSWORD, "another fine one", NOW) == ()
    assert [await company.accounts.by_session(each.token, NOW) for each in signed] == [None] * 3
    assert codes(await company.accounts.sign_in("ann", PASSWORD, NOW)) == ["bad_credentials"]
    assert isinstance(await company.accounts.sign_in("ann", "another fine one", NOW), SignedIn)


async def test_bearer_tokens(company):
    ann = await company.add("ann", "seller")
    key = await company.accounts.issue_token(ann.id, NOW)
    assert key.startswith("ord_")
    assert (await company.accounts.by_token(key, NOW + timedelta(days=400))).actor.id == ann.id
    assert await company.accounts.by_token(key + "x", NOW) is None
    assert await company.accounts.revoke_tokens(ann.id) == 1
    assert await company.accounts.by_token(key, NOW) is None


async def test_a_machine_has_a_key_and_no_password(company):
    gateway = await company.add("gateway", "gateway")
    assert codes(await company.accounts.set_password(gateway, PASSWORD, NOW)) == ["key_only"]
    key = await company.accounts.issue_token(gateway.id, NOW)
    assert (await company.accounts.by_token(key, NOW)).actor.kind == "system"


async def test_guessing_is_slowed_down_in_every_process(company):
    await company.add("ann", "seller", password=PASSWORD)
    async with Database(company.database.url) as another:
        doors = [company.accounts, Company(another).accounts]
        answers = [await doors[n % 2].sign_in("ann", f"guess no {n}", NOW) for n in range(7)]
        assert [codes(each)[0] for each in answers] == ["bad_credentials"] * 5 + ["too_many_tries"] * 2
        assert codes(await doors[0].sign_in("ann", PASSWORD, NOW)) == ["too_many_tries"], "the right one waits as well"
        assert isinstance(await doors[1].sign_in("ann", PASSWORD, NOW + timedelta(minutes=15)), SignedIn)
        assert codes(await doors[0].sign_in("nobody", PASSWORD, NOW)) == ["bad_credentials"]


async def test_many_guesses_at_once_do_not_slip_by(company):
    await company.add("ann", "seller", password=PASSWORD)
    await company.warm(8)
    answers = await asyncio.gather(*(company.accounts.sign_in("ann", f"guess no {n}", NOW) for n in range(12)))
    assert sorted(codes(each)[0] for each in answers) == ["bad_credentials"] * 5 + ["too_many_tries"] * 7


async def test_a_success_clears_the_count(company):
    await company.add("ann", "seller", password=PASSWORD)
    for _ in range(3):
        for n in range(4):
            assert codes(await company.accounts.sign_in("ann", f"guess no {n}", NOW)) == ["bad_credentials"]
        assert isinstance(await company.accounts.sign_in("ann", PASSWORD, NOW), SignedIn)


@pytest.mark.requirement("B-25")
async def test_the_guide_is_shown_until_it_is_put_away(company):
    ann = await company.add("ann", "seller", password=PASSWORD)
    assert (await company.accounts.sign_in("ann", PASSWORD, NOW)).first_login
    signed = await company.accounts.sign_in("ann", PASSWORD, NOW)
    await company.accounts.put_away_guide(ann.id, NOW)
    assert not (await company.accounts.by_session(signed.token, NOW)).first_login
    assert not (await company.accounts.sign_in("ann", PASSWORD, NOW)).first_login
    assert await company.accounts.set_password(ann, "another fine one", NOW) == ()
    assert not (await company.accounts.sign_in("ann", "another fine one", NOW)).first_login


@pytest.mark.requirement("B-05")
async def test_one_ordering_account_for_each_customer(company):
    assert isinstance(await company.add("c1", "customer", of=("customer", 1)), Account)
    assert codes(await company.add("c1b", "customer", of=("customer", 1))) == ["accounts"]
    assert isinstance(await company.add("c2", "customer", of=("customer", 2)), Account)
    assert isinstance(await company.add("h1", "head"), Account)
    assert codes(await company.add("h2", "head")) == ["accounts"]
    for name in ("r1", "r2"):
        assert isinstance(await company.add(name, "reader", of=("customer", 1)), Account)
    assert codes(await company.add("r3", "reader", of=("customer", 1))) == ["accounts"]


@pytest.mark.requirement("B-05")
async def test_eight_at_once_still_get_one_account(company):
    await company.warm(8)
    made = await asyncio.gather(*(company.add(f"c{n}", "customer", of=("customer", 7)) for n in range(8)))
    assert sum(isinstance(each, Account) for each in made) == 1
    rows = await company.database.fetch("SELECT name FROM e_account")
    assert len(rows) == 1


async def test_a_suspended_account_can_be_replaced(company):
    old = await company.add("old", "customer", of=("customer", 1))
    assert await company.suspend(old) == ()
    assert isinstance(await company.add("new", "customer", of=("customer", 1)), Account)


async def test_the_last_who_manages_accounts_stays(company):
    eva = await company.add("eva", "administrator", "seller")
    await company.add("ann", "seller")
    assert codes(await company.suspend(eva)) == ["last_manager"]
    await company.warm(2)
    left = eva
    for number in range(5):
        other = await company.add(f"zoe{number}", "administrator")
        pair = (left, other)
        results = await asyncio.gather(*(company.suspend(each) for each in pair))
        assert sorted(map(codes, results)) == [[], ["last_manager"]]
        left = pair[0] if results[0] else pair[1]


async def test_who_holds_a_role(company):
    ann, bob = await company.add("ann", "seller"), await company.add("bob", "seller", "head")
    c1 = await company.add("c1", "customer", of=("customer", 1))
    await company.add("eva", "administrator")
    async with company.database.work(write=False) as work:
        assert await holders(work, "seller") == (ann.id, bob.id)
        assert await holders(work, "customer", ("customer", 1)) == (c1.id,)
        assert await holders(work, "customer", ("customer", 2)) == ()
    await company.suspend(ann)
    async with company.database.work(write=False) as work:
        assert await holders(work, "seller") == (bob.id,)


async def test_a_deputy_stands_in_on_the_days_of_absence(company):
    ann = await company.add("ann", "seller", password=PASSWORD)
    bob = await company.add("bob", password=PASSWORD)
    await company.away(ann, bob, date(2026, 11, 24), date(2026, 11, 25))
    signed = await company.accounts.sign_in("bob", PASSWORD, NOW)
    assert [each.name for each in signed.actor.deputy_for] == ["Ann"]
    assert RIGHTS.may(signed.actor, "read", "customer")
    key = await company.accounts.issue_token(bob.id, NOW)
    local_midnight = NOW.replace(hour=16, minute=0)  # in Shanghai the 25th begins
    for moment, expected in (
        (local_midnight - timedelta(days=1, seconds=1), 0),
        (local_midnight - timedelta(days=1), 1),
        (local_midnight + timedelta(days=1, seconds=-1), 1),
        (local_midnight + timedelta(days=1), 0),
    ):
        assert len((await company.accounts.by_token(key, moment)).actor.deputy_for) == expected
    await company.add("eva", "administrator")
    await company.suspend(ann)
    assert (await company.accounts.by_token(key, NOW)).actor.deputy_for == ()


async def test_accounts_are_found_and_listed(company):
    await company.add("bob", "seller")
    await company.add("ann", "customer", of=("customer", 3), active=False)
    found = await company.accounts.find("Ann")
    assert (found.name, found.of, found.active, found.roles) == ("ann", ("customer", 3), False, ("customer",))
    assert await company.accounts.find("eva") is None
    assert [each.name for each in await company.accounts.every()] == ["ann", "bob"]
    assert set(ROLES) >= {"seller"}
