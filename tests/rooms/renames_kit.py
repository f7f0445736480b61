"""A haulier whose words change: trips with stops, tags and a lane, legs that refer to them; everything may be renamed."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from rooms.acts_kit import COUNTING, NOW, ok
from rooms.changes_kit import Shop

from ordinance.acts import Done
from ordinance.app import open_house
from ordinance.changes import Change

ENTITIES = """schema: 1
trip:
  label: {zh: 行程, en: Trip}
  key: code
  title: code
  delete: soft
  fields:
    code:   {type: text, unique: true, default: "T-{n:03}", label: {zh: 编号, en: Code}}
    colour: {type: choice, label: {zh: 颜色, en: Colour}, options: {red: {zh: 红, en: Red}, blue: {zh: 蓝, en: Blue}}}
    tags:   {type: multi_choice, label: {zh: 标签, en: Tags}, options: {hot: {zh: 热, en: Hot}, wet: {zh: 湿, en: Wet}}}
    client: {type: ref, to: customer, label: {zh: 客户, en: Client}}
    weight: {type: decimal, label: {zh: 重量, en: Weight}}
    size:   {type: decimal, label: {zh: 尺寸, en: Size}}
    note:   {type: text, label: {zh: 备注, en: Note}}
    stops:
      type: lines
      label: {zh: 站点, en: Stops}
      fields:
        place: {type: text, label: {zh: 地点, en: Place}}
        km:    {type: decimal, label: {zh: 公里, en: Kilometres}}
leg:
  label: {zh: 路段, en: Leg}
  title: name
  fields:
    name: {type: text, label: {zh: 名称, en: Name}}
    trip: {type: ref, to: trip, label: {zh: 行程, en: Trip}}
"""

WORKFLOW = """trip:
  label: {zh: 行程, en: Trip}
  steps:
    enter: {label: {zh: 录入, en: Enter}, enabled: always, asks: [colour], offers: [note, stops.place]}
    look:
      label: {zh: 查看, en: Look}
      when: "colour == 'red'"
      checks: {far: {must: "stops.all(km > 0)", say: {zh: 太近, en: Too near}}}
      does: [{counting.open_receivable: {total: weight}}]
      back_to: enter
    drive: {label: {zh: 行驶, en: Drive}, asks: [size], back_to: look}
    close: {label: {zh: 结束, en: Close}, checks: {hot: {must: "note is set or weight > 5", say: {zh: 写备注, en: Say why}}}}
  lanes:
    change:
      label: {zh: 变更, en: Change}
      at: [look, drive]
      changes: [colour, weight, tags]
      steps: {agree: {label: {zh: 同意, en: Agree}}}
  ends: {done: {zh: 已完成, en: Completed}}
"""

_RIGHTS = {
    "business_manager": "trip: [read, create, update, enter, change], leg: [read, create, update]",
    "order_reviewer": "trip: [read, look, agree]",
    "shipper": "trip: [read, drive, close]",
}

ORDER = {"look": "order_reviewer", "drive": "shipper", "close": "shipper"}


def haulier_at(folder: Path) -> Path:
    """Return a fresh site of the haulier."""
    site = folder / "site"
    shutil.copytree(COUNTING, site, ignore=shutil.ignore_patterns("__pycache__"))
    (site / "config/entities.yaml").write_text(ENTITIES, "utf-8")
    (site / "workflows.yaml").write_text((site / "workflows.yaml").read_text("utf-8") + WORKFLOW, "utf-8")
    roles = (site / "roles.yaml").read_text("utf-8")
    for role, rights in _RIGHTS.items():
        at = roles.index("may: {", roles.index(f"{role}:")) + len("may: {")
        roles = f"{roles[:at]}{rights}, {roles[at:]}"
    (site / "roles.yaml").write_text(roles, "utf-8")
    return site


@asynccontextmanager
async def haulier(site: Path, url: str, **more: Any) -> AsyncIterator[Haulier]:
    """Open it."""
    async with open_house(site, NOW, url=url, **more) as opened:
        yield Haulier(opened)


class Haulier(Shop):
    """The company with words for trips."""

    async def trip(self, at: str = "look", **values: Any) -> Done:
        """Enter a trip and carry it to a step."""
        given = {
            "colour": "red", "tags": ["hot", "wet"], "weight": "7.5", "note": "mind the dog",
            "stops": [{"place": "Kiel", "km": "10"}, {"place": "Ulm", "km": "800"}], **values,
        }  # fmt: skip
        done = ok(await self.create("business_manager", "trip", given))
        for step, who in ORDER.items():
            if list(done.waits) == [at] or not done.waits:
                break
            done = ok(await self.step(who, done, step, values={"size": "3"} if step == "drive" else None))
        assert list(done.waits) == ([at] if at else []), done.waits
        return done

    def edited(self, *edits: tuple[str, str], **more: Any) -> Change:
        """Return the change that replaces words in all files: each old word must be there."""
        files = dict(self.files)
        for old, new in edits:
            assert any(old in text for text in files.values()), f"nothing says {old!r}"
            files = {name: text.replace(old, new) for name, text in files.items()}
        return Change(files, **more)


COLOUR = (
    ("    colour: {type: choice,", "    tint: {was: colour, type: choice,"),
    ("asks: [colour]", "asks: [tint]"),
    ("colour == 'red'", "tint == 'red'"),
    ("changes: [colour,", "changes: [tint,"),
)
"""The colour is called tint from now on."""

RED = (
    ("options: {red: {zh: 红, en: Red}", "options: {crimson: {was: red, label: {zh: 红, en: Red}}"),
    ("colour == 'red'", "colour == 'crimson'"),
)
TAGS = (("options: {hot: {zh: 热, en: Hot}, wet: {zh: 湿, en: Wet}}",
         "options: {wet: {was: hot, label: {zh: 热, en: Hot}}, hot: {was: wet, label: {zh: 湿, en: Wet}}}"),)  # fmt: skip
TRIP = (
    ("\ntrip:\n  label: {zh: 行程, en: Trip}\n  key", "\njourney:\n  was: trip\n  label: {zh: 行程, en: Trip}\n  key"),
    ("to: trip,", "to: journey,"),
    ("\ntrip:\n  label: {zh: 行程, en: Trip}\n  steps", "\ntrip:\n  of: journey\n  label: {zh: 行程, en: Trip}\n  steps"),
    ("trip: [", "journey: ["),
)
STOPS = (
    ("    stops:\n", "    halts:\n      was: stops\n"),
    ("        km:    {", "        far: {was: km, "),
    ("stops.all(km > 0)", "halts.all(far > 0)"),
    ("stops.place]", "halts.place]"),
)
SWAP = (
    ("    weight: {type: decimal, label: {zh: 重量, en: Weight}}", "    size: {was: weight, type: decimal, label: {zh: 重量, en: Weight}}"),
    ("    size:   {type: decimal, label: {zh: 尺寸, en: Size}}", "    weight: {was: size, type: decimal, label: {zh: 尺寸, en: Size}}"),
    ("total: weight", "total: size"),
    ("asks: [size]", "asks: [weight]"),
    ("weight > 5", "size > 5"),
    ("changes: [colour, weight,", "changes: [colour, size,"),
)
