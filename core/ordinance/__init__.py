"""Ordinance: a company's procedure, written as YAML, that runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ordinance.hooks import hookimpl

__all__ = ["hookimpl"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Bring in `hookimpl` at first use, so that importing `ordinance` costs nothing."""
    if name == "hookimpl":
        from ordinance.hooks import hookimpl

        return hookimpl
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
