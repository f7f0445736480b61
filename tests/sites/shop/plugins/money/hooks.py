"""What the money department does, for tests."""

from ordinance import hookimpl


async def receive(_context):
    return None


async def owe_back(_context):
    return None


async def voucher(_context):
    return None


async def paid(_context):
    return True


@hookimpl
def ordinance_actions():
    return {"receive": receive, "owe_back": owe_back, "voucher": voucher}


@hookimpl
def ordinance_values():
    return {("order", "paid"): paid}
