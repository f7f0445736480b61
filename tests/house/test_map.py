"""The map of rooms in `core/README.md` says what the walls and the folders say."""

import configparser
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
CORE = ROOT / "core"


def walls() -> list[set[str]]:
    """Return the rows of rooms that the import contracts hold, lowest first."""
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / "tests" / "house" / "rooms.ini", "utf-8")
    layers = contracts["importlinter:contract:layers"]["layers"].split("\n")
    rows = [{room.strip() for room in row.split(":")} for row in layers if row.strip()]
    return rows[::-1]


def drawn() -> list[set[str]]:
    """Return the rows of the map, in its order."""
    table = (CORE / "README.md").read_text("utf-8").partition("| room |")[2].partition("\n\n")[0]
    rows = [line.split("|")[1] for line in table.splitlines()[2:]]
    return [set(re.findall(r"`(\w+)`", row)) for row in rows]


def folders() -> set[str]:
    found = (CORE / "ordinance").iterdir()
    return {each.name for each in found if each.is_dir() and list(each.glob("*.py"))}


def test_the_map_shows_the_rooms_in_the_order_of_the_walls():
    assert drawn() == walls()


def test_the_map_shows_every_room_that_is_there():
    assert set().union(*drawn()) == folders()


def test_every_room_opens_with_its_job():
    for room in sorted(folders() - {"web"}):
        first = (CORE / "ordinance" / room / "__init__.py").read_text("utf-8")
        assert first.startswith('"""'), room
