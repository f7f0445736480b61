"""Kept views of a list: whose they are, who keeps them for a role, how they are changed. On both databases."""

from __future__ import annotations

import pytest
from rooms.test_acts_bulk import firm

from ordinance import acts
from ordinance.acts import Refused
from ordinance.acts.views import VIEWS_MAX, publishable

pytestmark = pytest.mark.anyio
__all__ = ["firm"]

async def labels(firm, name):
    return [each.label for each in await acts.views(firm.house, await firm.call(name), "job")]


async def test_a_view_is_private_unless_it_is_for_a_role(firm):
    clerk, chief = await firm.call("clerk"), await firm.call("chief")
    await acts.keep_view(firm.house, clerk, "job", "mine", "urgent=1")
    assert isinstance(await acts.keep_view(firm.house, clerk, "job", "x", "", role="worker"), Refused)
    await acts.keep_view(firm.house, chief, "job", "for workers", "a=1", role="worker")
    await acts.keep_view(firm.house, chief, "job", "for all", "a=1", role="everyone")
    assert await labels(firm, "clerk") == ["for all", "mine"]
    assert await labels(firm, "worker") == ["for workers", "for all"]
    await acts.keep_view(firm.house, chief, "job", "own", "a=1")
    assert await labels(firm, "chief") == ["for all", "own", "for workers"]
    assert publishable(firm.house.force, clerk.actor, "job") == ()
    assert set(publishable(firm.house.force, chief.actor, "job")) >= {"clerk", "chief", "worker", "everyone"}


async def test_the_same_name_again_shows_something_else_and_is_no_second_view(firm):
    call = await firm.call("clerk")
    first = await acts.keep_view(firm.house, call, "job", "a", "x=1")
    second = await acts.keep_view(firm.house, call, "job", " a ", "x=2")
    assert first.id == second.id
    (view,) = await acts.views(firm.house, call, "job")
    assert (view.label, view.query) == ("a", "x=2")


async def test_a_view_is_renamed_moved_and_removed_by_whoever_may(firm):
    clerk, worker, chief = [await firm.call(name) for name in ("clerk", "worker", "chief")]
    made = [await acts.keep_view(firm.house, clerk, "job", label, "x=1") for label in "abc"]
    await acts.move_view(firm.house, clerk, made[2].id, -5)
    await acts.move_view(firm.house, clerk, made[0].id, 1)
    assert await labels(firm, "clerk") == ["c", "b", "a"]
    await acts.change_view(firm.house, clerk, made[0].id, label="z")
    await acts.delete_view(firm.house, clerk, made[1].id)
    assert await labels(firm, "clerk") == ["c", "z"]
    for call in (worker, chief):
        assert (await acts.delete_view(firm.house, call, made[0].id)).kind == "not_found"
    public = await acts.keep_view(firm.house, chief, "job", "p", "x=1", role="worker")
    assert (await acts.change_view(firm.house, worker, public.id, label="q")).kind == "not_allowed"
    assert (await acts.change_view(firm.house, clerk, public.id, label="q")).kind == "not_found"
    await acts.change_view(firm.house, chief, public.id, query="y=2")
    assert [each.query for each in await acts.views(firm.house, worker, "job")] == ["y=2"]


async def test_a_view_must_have_a_name_and_there_is_an_end_to_them(firm):
    call = await firm.call("clerk")
    for label, query in (("  ", "x=1"), ("n" * 41, "x=1"), ("n", "x" * 4001)):
        assert isinstance(await acts.keep_view(firm.house, call, "job", label, query), Refused)
    assert (await acts.keep_view(firm.house, call, "nothing", "a", "")).kind == "not_found"
    for number in range(VIEWS_MAX):
        await acts.keep_view(firm.house, call, "job", f"v{number}", "")
    assert isinstance(await acts.keep_view(firm.house, call, "job", "one more", ""), Refused)
