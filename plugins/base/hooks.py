"""What the base department does that YAML cannot say: open, file, notify, allow once."""

from collections.abc import Mapping

from ordinance import hookimpl

_OWNERS = ("owner", "keeper", "handler", "head", "created_by")
"""The fields in which the person who keeps a record stands, the most particular first."""

_OF_THE_ROW = frozenset({"id", "parent", "position"})
"""What a line has besides its own fields."""


async def raise_document(context):
    """Open one document, or one for each row of `each` with the row's fields; answer which, for the way back."""
    inputs = context.inputs
    given = {name.removeprefix("with."): value for name, value in inputs.items() if name.startswith("with.")}
    rows = inputs.get("each", [{}])
    opened = []
    for row in rows or ():
        values = {name: value for name, value in row.items() if name not in _OF_THE_ROW}
        opened.append(await context.open(inputs["workflow"], {**values, **given}))
    return {"opened": opened}


async def withdraw(context):
    """Take back, newest first, the documents that were opened."""
    for document in reversed(context.outcome.get("opened") or []):
        await context.withdraw(context.inputs["workflow"], document)


async def archive(context):
    """File the document under today's date."""
    return {"archived_on": context.today}


async def unarchive(_context):
    """Take the document out of the files."""
    return {"archived_on": None}


async def send_notice(context):
    """Tell everybody named in `to`; with `receipt`, reading is to be confirmed."""
    people = context.inputs["to"]
    for who in people if isinstance(people, list | tuple) else (people,):
        context.tell(who, context.inputs.get("text") or "", receipt=context.inputs.get("receipt") or False)


async def apply_revision(_context):
    """Do nothing here: the house puts the change in force once the document has ended, when no act is under way."""


async def revert_revision(_context):
    """Do nothing: what is in force is taken back by another change."""


async def grant_once(context):
    """Let one person change one record once."""
    person = context.inputs["to"]
    values = {"person": person["id"] if isinstance(person, Mapping) else person, "record": context.inputs["record"]}
    return {"grant": await context.insert("access_grant", values)}


async def withdraw_grant(context):
    """Take the permission back."""
    await context.delete("access_grant", context.outcome["grant"])


def owner_of(record):
    """Return the account that keeps a record, or None."""
    return next((record[name] for name in _OWNERS if record.get(name)), None) if record else None


@hookimpl
def ordinance_actions():
    return {
        "raise": raise_document,
        "withdraw": withdraw,
        "archive": archive,
        "unarchive": unarchive,
        "send_notice": send_notice,
        "apply_revision": apply_revision,
        "revert_revision": revert_revision,
        "grant_once": grant_once,
        "withdraw_grant": withdraw_grant,
    }


@hookimpl
def ordinance_functions():
    return {"owner_of": owner_of}
