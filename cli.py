"""The command line from a checkout: the same program as `ordinance`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "core"))

from ordinance.commands import main

if __name__ == "__main__":
    raise SystemExit(main())
