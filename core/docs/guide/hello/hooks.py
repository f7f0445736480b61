"""The hello department: one action that writes a greeting card, and the one that takes it back."""

from ordinance import hookimpl

GREETINGS = {"warm": "{name}，您好！谢谢您的惠顾。", "formal": "尊敬的{name}：感谢贵方订货。"}


async def write_card(context):
    """Answer the text of the card; it lands in the field the action says it writes."""
    tone = context.inputs.get("card_tone") or "warm"
    return {"card": GREETINGS[tone].format(name=context.inputs["contact"])}


async def tear_card(_context):
    """Take the card back when the order leaves the step backwards."""
    return {"card": None}


@hookimpl
def ordinance_actions():
    return {"write_card": write_card, "tear_card": tear_card}
