"""Build the wheel, install it into an empty environment, and use it as a stranger would."""

# ruff: noqa: T201

import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent


def run(*command: str | Path, cwd: Path) -> None:
    """Run a command that must succeed."""
    print(f"$ {' '.join(str(part) for part in command)}", flush=True)
    subprocess.run([str(part) for part in command], cwd=cwd, check=True)


def locked_versions(folder: Path) -> Path:
    """Return a file of constraints with the versions of the lock file."""
    text = (ROOT / "core" / "requirements.txt").read_text("utf-8")
    constraints = folder / "constraints.txt"
    constraints.write_text("\n".join(re.findall(r"^[A-Za-z0-9_.-]+==[^\s;]+", text, re.M)) + "\n", "utf-8")
    return constraints


def main() -> int:
    """Return 0 if the built wheel works on its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder / "dist", ".", cwd=ROOT)
        (wheel,) = (folder / "dist").glob("*.whl")
        venv.create(folder / "env", with_pip=True)
        binaries = folder / "env" / "bin"
        constraints = locked_versions(folder)
        run(binaries / "pip", "install", "--quiet", "--disable-pip-version-check", "-c", constraints, wheel, cwd=folder)
        ordinance = binaries / "ordinance"
        run(ordinance, "init", "X", cwd=folder)
        run(ordinance, "check", "--site", "X", cwd=folder)
        run(ordinance, "demo", "--site", "X", "--no-serve", cwd=folder)
    print("the wheel works in an empty environment")
    return 0


if __name__ == "__main__":
    sys.exit(main())
