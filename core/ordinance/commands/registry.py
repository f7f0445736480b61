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
    "verify": Command("ordinance.commands.verify", "show that every workflow holds for every set of switches"),
    "plan": Command("ordinance.commands.plan", "say what the files would change, on the documents there are"),
    "apply": Command("ordinance.commands.apply", "put the files in force, with what follows for documents"),
    "pull": Command("ordinance.commands.pull", "write the files of the revision in force into the folder"),
    "revert": Command("ordinance.commands.revert", "go back to an earlier revision; --list shows them"),
    "resolve": Command("ordinance.commands.resolve", "show a value of the configuration and every line that wrote it"),
    "explain": Command("ordinance.commands.explain", "tell why somebody can or cannot, and what would change it"),
    "serve": Command("ordinance.commands.serve", "serve a site over HTTP"),
    "demo": Command("ordinance.commands.demo", "fill a sample company and serve it on loopback"),
    "import": Command("ordinance.commands.bring", "import records from CSV or XLSX"),
    "export": Command("ordinance.commands.send", "export records to CSV or XLSX"),
    "print": Command("ordinance.commands.print", "make the paper of a record as PDF"),
    "report": Command("ordinance.commands.report", "print what a report says, or which reports there are"),
    "test": Command("ordinance.commands.test", "play the scenarios of a site"),
    "draw": Command("ordinance.commands.draw", "draw the processes as SVG, Mermaid or BPMN 2.0"),
    "log": Command("ordinance.commands.log", "write what happened as an event log, XES or OCEL 2.0"),
    "handbook": Command("ordinance.commands.handbook", "write what each role does, or what differs, as pages to print"),
    "record": Command("ordinance.commands.record", "turn what happened to a document into a scenario"),
    "replay": Command("ordinance.commands.replay", "run the logs against a proposed configuration"),
    "simulate": Command("ordinance.commands.simulate", "play any role under a proposed configuration, on a copy"),
    "schema": Command("ordinance.commands.schema", "write JSON Schemas, so that editors check and complete"),
    "user": Command("ordinance.commands.user", "add accounts, print a key for one"),
}
