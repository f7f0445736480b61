"""A list tells the status of a document from a glance at its stored state: the same words as from the state itself."""

from __future__ import annotations

import pytest
from rooms.process_kit import World, fine, flow, lane, step

from ordinance.acts.codec import Glance, glance_of, state_of, state_text
from ordinance.problems import Text
from ordinance.process import stage, status
from ordinance.process.model import Queue, Stage


def moments():
    """Yield the workflow and its state at every turn of a document's life: draft, taken, in a lane, aside, done."""
    side = lane("recount", steps=(step("count"),))
    stages = (Stage("first", "a", Text.of("first")), Stage("second", "b", Text.of("second")))
    steps = (step("a"), step("b", queue=Queue(((("created_at",), False),))), step("c"))
    world = World(flow(*steps, lanes=(side,), stages=stages, ends={"done": Text("已发货", "Shipped")}))
    fine(world.begin())
    yield world
    for kind, of in (("pass", "a"), ("take", "b"), ("lane", "recount"), ("pass", "count"), ("set_aside", None),
                     ("resume", None), ("pass", "b"), ("pass", "c")):  # fmt: skip
        fine(world.ask(kind, None if kind == "lane" else of, reason="why", **({"lane": of} if kind == "lane" else {})))
        yield world


def test_a_glance_gives_the_words_of_the_state():
    told = set()
    for world in moments():
        glance = glance_of(state_text(world.state))
        assert isinstance(glance, Glance)
        words = status(world.workflow, world.state)
        assert status(world.workflow, glance) == words
        assert stage(world.workflow, glance) == stage(world.workflow, world.state)
        told.add(words.en)
    assert {"Draft", "awaiting b", "b taken", "recount: awaiting count", "Set aside", "awaiting c", "Shipped"} == told


def test_a_state_that_is_known_is_not_read_again():
    state = next(moments()).state
    assert glance_of(state) is state
    assert state_of(state_text(state)) == state


@pytest.mark.parametrize("text", ['{"revision":"r","variant":"v","phase":"complete","ended":"done"}'])
def test_what_a_stored_state_leaves_out_is_as_in_a_fresh_one(text):
    glance = glance_of(text)
    assert (glance.phase, glance.ended, glance.waits, glance.lane) == ("complete", "done", (), None)
