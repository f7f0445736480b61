"""The company of `company.py`, simulated with the finance review switched off: `python simulated.py PORT FOLDER`."""

from __future__ import annotations

import asyncio
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from company import SITE, Filler

from ordinance.app import open_house
from ordinance.commands import main

ORDERS = 6


async def fill(url: str) -> None:
    async with open_house(SITE, datetime.now(UTC), url=url) as opened:
        await Filler(opened).fill(ORDERS)


def proposal(folder: Path) -> Path:
    proposed = folder / "proposed"
    for name in ("workflows.yaml", "roles.yaml", "config"):
        (shutil.copytree if (SITE / name).is_dir() else shutil.copyfile)(SITE / name, proposed / name)
    company = proposed / "config/company.yaml"
    company.write_text(company.read_text("utf-8") + "\ntoggles: {sales_order.finance_review: false}\n", "utf-8")
    return proposed


if __name__ == "__main__":
    port, folder = sys.argv[1], Path(sys.argv[2])
    database = str(folder / "real.sqlite3")
    (folder / "proposed").mkdir()
    asyncio.run(fill(database))
    words = ["--against", str(proposal(folder)), "--database", database, "--port", port]
    sys.exit(main(["simulate", "--site", str(SITE), *words]))
