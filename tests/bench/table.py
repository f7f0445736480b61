"""The table: one row for each side of each measurement, with its ratio to the others of the same run."""

import sys

HEAD = (
    "what", "database", "clients", "processes", "side", "n", "per s", "p50 ms", "p95 ms", "cpu ms", "÷ bare", "÷ raw",
    "cpu ÷ bare",
)  # fmt: skip
_LEFT = (0, 1, 4)


def percentile(values, part):
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)]


def rows_of(what, database, clients, processes, samples):
    """Return the rows of one measurement; `samples` is the sample of each side."""
    speeds = {side: len(each.each_s) / each.whole_s for side, each in samples.items()}
    cpus = {side: each.cpu_s / len(each.each_s) * 1000 for side, each in samples.items()}
    for side, each in samples.items():
        bare = speeds[side] / speeds["bare"] if "bare" in speeds and side == "product" else None
        raw = speeds[side] / speeds["raw"] if "raw" in speeds and side != "raw" else None
        cpu = cpus[side] / cpus["bare"] if cpus.get("bare") and side == "product" else None
        times = (percentile(each.each_s, part) * 1000 for part in (0.5, 0.95))
        figures = (f"{figure:.1f}" for figure in (speeds[side], *times, cpus[side]))
        ratios = (f"{ratio:.2f}" if ratio is not None else "" for ratio in (bare, raw, cpu))
        yield (what, database, str(clients or ""), str(processes), side, str(len(each.each_s)), *figures, *ratios)


def write(rows):
    """Print the table."""
    rows = [HEAD, *rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    for row in rows:
        cells = (
            cell.ljust(width) if column in _LEFT else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        sys.stdout.write("  ".join(cells).rstrip() + "\n")
