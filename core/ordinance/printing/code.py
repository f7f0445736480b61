"""The square code of a number or an address, as a drawing that a template can place."""

from __future__ import annotations

import io


def qr_code(text: str) -> str:
    """Return a QR code as SVG, black on nothing, without a border.

    Args:
        text: What it says.
    """
    import segno

    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False, svgns=True, scale=1)
    return out.getvalue().decode()
