"""The kinds of field: one object each, from which column, check, schema, form and expression type are made."""

from ordinance.fields.face import Dialect, Field, FieldType, Key, Reasons, Risk
from ordinance.fields.fixed import Fixed, fixed, rounded
from ordinance.fields.registry import BUILT_IN, Types, parse_values

__all__ = [
    "BUILT_IN",
    "Dialect",
    "Field",
    "FieldType",
    "Fixed",
    "Key",
    "Reasons",
    "Risk",
    "Types",
    "fixed",
    "parse_values",
    "rounded",
]
