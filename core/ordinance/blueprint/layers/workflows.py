"""Workflows over layers: `like`, `uses`, the catalogue, `every_step`, and steps that may not be switched off.

Source: language.md §1 (catalogue and process), §2 (`uses`, `enabled`), §3 (`like`, `every_step`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ordinance.blueprint.layers.nodes import Branch, Leaf, Node
from ordinance.blueprint.layers.order import Order
from ordinance.blueprint.layers.overlay import Overlay, place_of
from ordinance.blueprint.layers.toggles import switched, unknown_toggle
from ordinance.problems import Problem, Text, did_you_mean, problem

_ALWAYS_HERE = Text("在这里规定", "it is said here")
_KINDS = ("steps", "lanes")


class Workflows:
    """Resolves every workflow of a site; each once."""

    def __init__(
        self,
        overlays: Mapping[str, list[Branch]],
        toggles: Mapping[str, Leaf],
        catalogue: Branch,
        problems: list[Problem],
    ) -> None:
        self.overlays = overlays
        self.toggles = toggles
        self.catalogue = catalogue
        self.problems = problems
        self.overlay = Overlay(problems)
        # Defaults lie under a step by their nature, whichever departments they come from.
        self.dressing = Overlay(problems, quiet=True)
        self.folded: dict[str, Branch] = {}
        self.orders: dict[str, dict[str, Order]] = {}
        self.pending: list[str] = []

    def resolved(self) -> Branch:
        """Return all workflows, complete."""
        folded = {id: self.fold(id) for id in self.overlays}
        self.problems += dict.fromkeys(self.overlay.conflicts.values())
        flows = Branch({id: flow if flow.is_removed else self.toggled(id, flow) for id, flow in folded.items()})
        for name, said in self.toggles.items():
            if name.partition(".")[0] not in folded:
                self.problems.append(unknown_toggle(name, said, flows))
        return Branch({id: self.dressed(id, flow) for id, flow in flows.entries.items() if isinstance(flow, Branch)})

    def toggled(self, id: str, flow: Branch) -> Branch:
        """Return a workflow with its toggles applied; `enabled: always` holds against them too."""
        own = {name.partition(".")[2]: said for name, said in self.toggles.items() if name.startswith(f"{id}.")}
        if not own:
            return flow
        after, missing = switched(flow, own)
        for step in sorted(missing):
            self.problems.append(unknown_toggle(f"{id}.{step}", own[step], Branch({id: flow})))
        return self.guarded(flow, after)

    def fold(self, id: str) -> Branch:
        """Return a workflow with all its layers, before defaults are laid under its steps."""
        if id in self.folded:
            return self.folded[id]
        self.pending.append(id)
        flow: Branch | None
        orders: dict[str, Order]
        flow, orders = self.base(id)
        for number, part in enumerate(self.overlays[id]):
            below = None if part.is_whole else flow
            if part.is_whole:
                orders = {}
            above = self.overlay.put(below, part, ("workflows", id))
            assert isinstance(above, Branch)
            if number:
                above = self.guarded(flow, above)
            flow = self.ordered(above, part, id, orders)
        self.pending.pop()
        self.orders[id] = orders
        assert flow is not None
        self.folded[id] = self.pinned(id, flow)
        return self.folded[id]

    def base(self, id: str) -> tuple[Branch | None, dict[str, Order]]:
        """Return what a workflow starts as: nothing, or a copy of the one it is `like`."""
        like, said = "", None
        for part in self.overlays[id]:
            if part.leaf("like"):
                like, said = part.leaf("like"), part.entries["like"]
        if not said:
            return None, {}
        place = place_of(said)
        if like in self.pending:
            cycle = [*self.pending[self.pending.index(like) :], like]
            self.problems.append(problem("like_cycle", place, cycle=" → ".join(cycle)))
            return None, {}
        if like not in self.overlays:
            known = [each for each in self.overlays if each != id]
            self.problems.append(problem("unknown_like", place, like=like, remedy=did_you_mean(like, known)))
            return None, {}
        copy = self.fold(like)
        orders = {key: Order([*each.ids], {**each.behind}) for key, each in self.orders[like].items()}
        return replace(copy, is_whole=False), orders

    def ordered(self, flow: Branch, part: Branch, id: str, orders: dict[str, Order]) -> Branch:
        """Put the steps a layer brings into their places, in the workflow and in its lanes."""
        if "steps" in part.entries:
            order = orders.setdefault("", Order())
            order.add(part.branch("steps"), id, self.problems)
            flow = flow.having("steps", order.sorted(flow.branch("steps")))
        lanes = flow.branch("lanes")
        for name, lane in part.branch("lanes").entries.items():
            if isinstance(lane, Branch) and "steps" in lane.entries and isinstance(lanes.entries.get(name), Branch):
                order = orders.setdefault(name, Order())
                order.add(lane.branch("steps"), f"{id}.{name}", self.problems)
                steps = order.sorted(lanes.branch(name).branch("steps"))
                lanes = lanes.having(name, lanes.branch(name).having("steps", steps))
        return flow.having("lanes", lanes) if "lanes" in flow.entries else flow

    def guarded(self, lower: Branch | None, upper: Branch) -> Branch:
        """Keep `enabled: always` against later layers, and say who tried."""
        if lower is None:
            return upper
        steps = upper.branch("steps")
        for id, below in lower.branch("steps").entries.items():
            if not isinstance(below, Branch) or below.leaf("enabled") != "always" or below.is_removed:
                continue
            above = steps.entries.get(id) or next((each for each in steps.entries.values() if _was(each) == id), None)
            kept = self.locked(below, above if isinstance(above, Branch) else None, id, upper)
            if id in steps.entries:
                steps = steps.having(id, kept)
        return upper.having("steps", steps) if "steps" in upper.entries else upper

    def locked(self, below: Branch, above: Branch | None, id: str, upper: Branch) -> Branch:
        """Return a step that stays `always`; a problem if a layer switches it off or takes it away."""
        said = below.entries["enabled"]
        related = ((place, _ALWAYS_HERE),) if (place := place_of(said)) else ()
        if above is None or above.is_removed:
            self.problems.append(problem("enabled_always", place_of(above or upper), related=related, id=id))
            return below
        now = above.entries.get("enabled")
        if above.leaf("enabled") in ("always", ""):
            return above
        if now and above.leaf("enabled") != "true":
            self.problems.append(problem("enabled_always", place_of(now), related=related, id=id))
        return above.having("enabled", Leaf("always", said.writers))

    def pinned(self, id: str, flow: Branch) -> Branch:
        """Note with each step and lane which offer it takes, so that a copy for another entity takes the same."""
        entity = flow.leaf("of") or id
        for kind in _KINDS:
            things = flow.branch(kind)
            for name, thing in things.entries.items():
                if isinstance(thing, Branch) and not thing.is_removed:
                    inner = self.pinned_steps(thing, entity) if kind == "lanes" else thing
                    things = things.having(name, self.pin(inner, name, kind, entity))
            if things.entries:
                flow = flow.having(kind, things)
        return flow

    def pinned_steps(self, lane: Branch, entity: str) -> Branch:
        """Do the same for the steps of a lane."""
        steps = lane.branch("steps")
        for name, step in steps.entries.items():
            if isinstance(step, Branch) and not step.is_removed:
                steps = steps.having(name, self.pin(step, name, "steps", entity))
        return lane.having("steps", steps) if steps.entries else lane

    def pin(self, thing: Branch, name: str, kind: str, entity: str) -> Branch:
        """Return a step or lane that says which offer it `uses`; one that nobody offers stands for itself."""
        if "uses" in thing.entries:
            return thing
        known = self.catalogue.branch(entity).branch(kind).entries
        offers = [each for each in known if each.partition(".")[2] == name and not known[each].is_removed]
        if len(offers) > 1 and "label" not in thing.entries:
            words = ", ".join(offers)
            self.problems.append(problem("ambiguous_offer", place_of(thing), id=name, offers=words))
        if offers:
            return thing.having("uses", Leaf(offers[0], known[offers[0]].writers))
        is_told = any(each.code == "unplaced_step" and each.place == place_of(thing) for each in self.problems)
        if "label" not in thing.entries and kind == "steps" and not is_told:
            near = did_you_mean(name, [each.partition(".")[2] for each in known])
            self.problems.append(problem("bare_step", place_of(thing), id=name, entity=entity, remedy=near))
        return thing

    def dressed(self, id: str, flow: Branch) -> Branch:
        """Lay the defaults and the offers under every step and lane."""
        if flow.is_removed:
            return flow
        every = flow.branch("every_step")
        steps = self.dressed_steps(flow.branch("steps"), every)
        lanes = flow.branch("lanes")
        for name, lane in lanes.entries.items():
            if isinstance(lane, Branch) and not lane.is_removed:
                dressed = self.over_offer(lane, "lanes", Branch())
                inner = self.dressed_steps(dressed.branch("steps"), every)
                lanes = lanes.having(name, dressed.having("steps", inner) if inner.entries else dressed)
        entity = flow.entries.get("of") or Leaf(id, flow.writers[-1:])
        entries = {"of": entity, **flow.entries, **({"steps": steps} if steps.entries else {})}
        if lanes.entries:
            entries["lanes"] = lanes
        return replace(flow, entries={key: node for key, node in entries.items() if key not in ("every_step", "like")})

    def dressed_steps(self, steps: Branch, every: Branch) -> Branch:
        """Return steps over what they take; where they stand is settled, so `after` and `before` go."""
        for name, step in steps.entries.items():
            if isinstance(step, Branch) and not step.is_removed:
                full = self.over_offer(step, "steps", every)
                entries = {key: node for key, node in full.entries.items() if key not in ("after", "before")}
                steps = steps.having(name, replace(full, entries=entries))
        return steps

    def over_offer(self, thing: Branch, kind: str, every: Branch) -> Branch:
        """Return a step or lane over the offer it takes, over the defaults of the workflow."""
        offer = self.offer(thing, kind, ())
        below: Node = Branch(every.entries)
        if offer:
            below = self.dressing.put(below, replace(offer, is_whole=False), ())
        assert isinstance(below, Branch)
        full = self.dressing.put(below, replace(thing, is_whole=False), ())
        assert isinstance(full, Branch)
        full = replace(full, writers=(offer.writers if offer else ()) + thing.writers)
        if offer and offer.leaf("enabled") == "always" and "enabled" in thing.entries:
            return self.locked(offer, full, thing.leaf("uses").partition(".")[2], thing)
        return full

    def offer(self, thing: Branch, kind: str, seen: tuple[str, ...]) -> Branch | None:
        """Return what a step `uses`, and what that uses in turn."""
        name = thing.leaf("uses")
        if not name or name in seen:
            return None
        known: dict[str, Node] = {}
        for entity in self.catalogue.entries:
            known |= self.catalogue.branch(entity).branch(kind).entries
        found = known.get(name)
        if not isinstance(found, Branch):
            place = place_of(thing.entries["uses"])
            self.problems.append(problem("unknown_offer", place, id=name, remedy=did_you_mean(name, known)))
            return None
        below = self.offer(found, kind, (*seen, name))
        full = self.dressing.put(below, found, ()) if below else found
        return full if isinstance(full, Branch) else None


def _was(node: Node) -> str:
    return node.leaf("was") if isinstance(node, Branch) else ""
