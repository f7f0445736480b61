"""Every size of the test suites, in one place.

The full size is what the issues promise and is run by `make test-full`; the ordinary gate runs about a tenth.
Print them with `python tests/sizes.py`.
"""

import os

FULL = {
    "process_walks": 20_000,  # random workflows with random walks through them
    "verify": 3_000,  # random workflows, sound and broken, against trying everything
    "revision_chains": 20_000,  # documents on random walks while random revisions are applied
    "replays": 8_000,  # stories told again under the same and another workflow
    "mutations": 10_000,  # damaged YAML files
    "api_cases": 200_000,  # bad requests, in process
    "schemathesis_cases": 5_000,  # requests made from the API's own description
    "expressions": 10_000,  # random expressions
    "toggle_plays": 600,  # plays of the default site's scenarios under toggles they were not written for
    "killed_applies": 40,  # processes killed while they apply a change
    "import_rows": 10_000,  # rows of one file that are imported while others work
    "northwind_orders": 830,  # orders of the real books carried through all their steps
}


def is_full() -> bool:
    """Return whether this run is at full size (`ORDINANCE_SIZE=full`)."""
    return os.environ.get("ORDINANCE_SIZE") == "full"


def size(suite: str) -> int:
    """Return how many cases a suite runs: all of them at full size, a tenth otherwise."""
    return FULL[suite] if is_full() else FULL[suite] // 10


if __name__ == "__main__":
    for name in FULL:
        print(f"{name:20} {size(name):>8,} of {FULL[name]:,}")  # noqa: T201
