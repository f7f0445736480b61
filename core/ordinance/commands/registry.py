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
    "check": Command("ordinance.commands.check", "read the whole site and tell every problem"),
    "resolve": Command("ordinance.commands.resolve", "show a value of the configuration and every line that wrote it"),
}
