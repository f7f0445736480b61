"""An amount of money in the capitals that Chinese papers write it in: 壹仟贰佰叁拾肆元伍角陆分.

Source: 支付结算办法 annex 1 (how amounts are written on bills): 整 after 元 or 角, 零 for noughts within.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_MOST = Decimal(10) ** 16


def capitals(amount: Decimal) -> str:
    """Return an amount in yuan in Chinese capitals; nothing for one that is too long for them.

    Args:
        amount: The amount; rounded half up to a fen.
    """
    fen = int((abs(amount) * 100).quantize(Decimal(1), ROUND_HALF_UP))
    if abs(amount) >= _MOST:
        return ""
    yuan, jiao, rest = fen // 100, fen // 10 % 10, fen % 10
    sign = "负" if amount < 0 and fen else ""
    text = f"{_whole(yuan)}元" if yuan or not fen else ""
    if not jiao and not rest:
        return f"{sign}{text}整"
    if jiao:
        text += f"{_DIGITS[jiao]}角"
    elif yuan:
        text += "零"
    return f"{sign}{text}{_DIGITS[rest]}分" if rest else f"{sign}{text}整"


def _whole(number: int) -> str:
    """Return a whole number: what is above a hundred million, and above ten thousand, is a number of its own."""
    for size, name in ((10**8, "亿"), (10**4, "万")):
        above, below = divmod(number, size)
        if above:
            gap = "零" if below and below < size // 10 else ""
            return f"{_whole(above)}{name}{gap}{_whole(below) if below else ''}"
    return _group(number) if number else "零"


def _group(number: int) -> str:
    text, gap = "", False
    for at in range(3, -1, -1):
        digit = number // 10**at % 10
        if not digit:
            gap = bool(text)
            continue
        text += ("零" if gap else "") + _DIGITS[digit] + _PLACES[at]
        gap = False
    return text
