"""What an account holds: a password others have seen, browsers that are signed in, keys; each ended one by one."""

from datetime import timedelta

import pytest
from rooms.web_kit import NOW, SITE, shared_url

from ordinance.access import ENGINE
from ordinance.accounts import SignedIn, made_password
from ordinance.accounts.passwords import check_password
from ordinance.acts import Call, Done, create
from ordinance.app import open_house

pytestmark = pytest.mark.anyio
__all__ = ["shared_url"]

OWN = "A long walk at dawn"


@pytest.fixture(scope="module")
async def accounts(shared_url):
    async with open_house(SITE, NOW, url=shared_url) as opened:
        for name in ("ann", "bob"):
            done = await create(
                opened.house, Call(ENGINE, NOW, "en", "system"), "account", {"name": name, "roles": ["shipper"]}
            )
            assert isinstance(done, Done), done
        yield opened.accounts


def test_a_made_password_is_strong_and_easy_to_read_out():
    made = {made_password() for _ in range(200)}
    assert len(made) == 200
    assert all(check_password(each, "ann") == () for each in made)
    assert not set("".join(made)) & set("0O1lIo")


async def test_a_password_that_others_have_seen_serves_only_to_choose_another(accounts):
    ann = await accounts.find("ann")
    secret = made_password()
    assert await accounts.set_password(ann, secret, NOW, once=True) == ()
    signed = await accounts.sign_in("ann", secret, NOW)
    assert isinstance(signed, SignedIn)
    assert signed.must_change
    assert (await accounts.by_session(signed.token, NOW)).must_change
    assert await accounts.change_password(ann, secret, OWN, NOW) == ()
    again = await accounts.sign_in("ann", OWN, NOW)
    assert not again.must_change
    assert not (await accounts.by_session(again.token, NOW)).must_change


async def test_browsers_are_told_apart_and_signed_out_one_by_one(accounts):
    ann = await accounts.find("ann")
    assert await accounts.set_password(ann, OWN, NOW) == ()
    first = await accounts.sign_in("ann", OWN, NOW, agent="Firefox/130")
    second = await accounts.sign_in("ann", OWN, NOW + timedelta(minutes=1), agent="Chrome/130")
    rows = await accounts.sessions(ann.id, first.token)
    assert {each["agent"]: each["own"] for each in rows} == {"Firefox/130": True, "Chrome/130": False}
    other = next(each for each in rows if not each["own"])
    bob = await accounts.find("bob")
    assert not await accounts.end_session(bob.id, other["mark"]), "another person's session is none of theirs"
    assert not await accounts.end_session(ann.id, "%")
    assert await accounts.end_session(ann.id, other["mark"])
    assert await accounts.by_session(second.token, NOW) is None
    assert await accounts.holds(first.token, NOW)


async def test_keys_are_listed_by_their_use_and_revoked_one_by_one(accounts):
    bob = await accounts.find("bob")
    keep, drop = [await accounts.issue_token(bob.id, NOW, label) for label in ("shop", "till")]
    marks = {each["label"]: each["mark"] for each in await accounts.tokens(bob.id)}
    assert set(marks) == {"shop", "till"}
    assert not any(mark in keep for mark in marks.values()), "a mark tells nothing of the key"
    assert await accounts.revoke_token(bob.id, marks["till"])
    assert await accounts.by_token(drop, NOW) is None
    assert await accounts.by_token(keep, NOW) is not None


async def test_when_somebody_last_signed_in_is_known(accounts):
    ann, bob = await accounts.find("ann"), await accounts.find("bob")
    assert await accounts.set_password(ann, OWN, NOW) == ()
    later = NOW + timedelta(days=2)
    await accounts.sign_in("ann", OWN, later)
    assert await accounts.last_signed_in([ann.id, bob.id]) == {ann.id: int(later.timestamp())}


async def test_a_page_that_fetches_by_itself_lets_a_session_run_out(accounts):
    ann = await accounts.find("ann")
    assert await accounts.set_password(ann, OWN, NOW) == ()
    signed = await accounts.sign_in("ann", OWN, NOW)
    for hours in (1, 2, 3):
        assert await accounts.by_session(signed.token, NOW + timedelta(hours=hours), quiet=True) is not None
    assert await accounts.by_session(signed.token, NOW + timedelta(hours=4, minutes=1), quiet=True) is None
