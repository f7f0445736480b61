"""A site with a folder of files, and short ways to import, to export and to look."""

from datetime import UTC, datetime
from pathlib import Path

from ordinance.access import ENGINE, Actor
from ordinance.acts import Call, Refused
from ordinance.exchange import bring, export, mapping_by_headings, read_mapping, read_tables

SITE = Path(__file__).parents[2]
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
CALL = Call(ENGINE, NOW, "en", "system")
PRODUCTS = "code,name,price\nP-1,Tea,12.50\nP-2,Rice,8\n"


class Desk:
    """The default site with a folder of files, and short ways to import and to look."""

    def __init__(self, house, folder):
        self.house, self.folder = house, folder

    def file(self, name, text, encoding="utf-8"):
        path = self.folder / name
        path.write_bytes(text.encode(encoding))
        return path

    async def bring(self, entity, path, *, mapping="", lines=None, call=CALL, **more):
        if isinstance(path, str):
            path = self.file(f"{entity}.csv", path)
        files = {
            field: self.file(f"{field}.csv", text) if isinstance(text, str) else text
            for field, text in (lines or {}).items()
        }
        declared = self.house.blueprint.entities[entity]
        given = read_mapping(self.file("mapping.yaml", f"schema: 1\nentity: {entity}\n{mapping}")) if mapping else None
        sheet, below = read_tables(declared, path, files, given)
        given = given or mapping_by_headings(declared, sheet, below)
        return await bring(self.house, call, declared, sheet, given, lines=below, **more)

    async def all(self, entity):
        async with self.house.database.work(write=False) as work:
            return await self.house.force.store.find(work, entity, {}, lines=True)

    async def one(self, entity):
        (found,) = await self.all(entity)
        return found

    async def export(self, entity, name, *, call=CALL, **more):
        path = self.folder / name
        outcome = await export(self.house, call, self.house.blueprint.entities[entity], path, **more)
        return outcome if isinstance(outcome, Refused) else path.read_bytes()


def where(report):
    return [(each.file, each.row, each.column, each.code) for each in report.bad]


def as_role(*roles, **more):
    return Call(Actor(id=7, name="p", roles=roles, **more), NOW, "en", "office")
