"""Every command: its name, the module that does it, and one line for the help."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """Where a command is and what it is for."""

    module: str
    about: str


COMMANDS: Mapping[str, Command] = {
    "init": Command("ordinance.commands.init", "make a folder that is a site"),
    "check": Command("ordinance.commands.check", "read the whole site and tell every problem"),
    "resolve": Command("ordinance.commands.resolve", "show a value of the configuration and every line that wrote it"),
    "serve": Command("ordinance.commands.serve", "serve a site over HTTP"),
    "demo": Command("ordinance.commands.demo", "fill a sample company and serve it on loopback"),
    "import": Command("ordinance.commands.bring", "import records from CSV or XLSX"),
    "export": Command("ordinance.commands.send", "export records to CSV or XLSX"),
    "user": Command("ordinance.commands.user", "add accounts, print a key for one"),
}
