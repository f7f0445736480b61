"""What the stock department does, for tests."""

from ordinance import hookimpl


async def reserve(_context):
    return None


async def release(_context):
    return None


async def issue(_context):
    return None


async def available(_context, _parameters):
    return None


async def short(_context):
    return False


def stock_of(_product):
    return 0


@hookimpl
def ordinance_actions():
    return {"reserve": reserve, "release": release, "issue": issue}


@hookimpl
def ordinance_checks():
    return {"available": available}


@hookimpl
def ordinance_values():
    return {("order", "short"): short}


@hookimpl
def ordinance_functions():
    return {"stock_of": stock_of}
