"""The expression language: read, check, compute exactly, turn into SQL. It knows no entity: names are handed in."""

from ordinance.expressions.compiled import Expression, compile_expression
from ordinance.expressions.env import Env
from ordinance.expressions.faults import ComputationError, ExpressionError, Fault, UnknownValue
from ordinance.expressions.kinds import (
    ANY,
    BOOLEAN,
    DATE,
    DATETIME,
    NOTHING,
    NUMBER,
    SPAN,
    TEXT,
    Choice,
    Many,
    Record,
    Type,
)
from ordinance.expressions.renaming import NewNames, renamed
from ordinance.expressions.scope import ANYWHERE, RESERVED, Catalogue, Function, Scope, TypeScope
from ordinance.expressions.spans import Calendar, Span, WorkCalendar, day_end
from ordinance.expressions.sqlscope import Column, Lowered, SqlScope

__all__ = [
    "ANY",
    "ANYWHERE",
    "BOOLEAN",
    "DATE",
    "DATETIME",
    "NOTHING",
    "NUMBER",
    "RESERVED",
    "SPAN",
    "TEXT",
    "Calendar",
    "Catalogue",
    "Choice",
    "Column",
    "ComputationError",
    "Env",
    "Expression",
    "ExpressionError",
    "Fault",
    "Function",
    "Lowered",
    "Many",
    "NewNames",
    "Record",
    "Scope",
    "Span",
    "SqlScope",
    "Type",
    "TypeScope",
    "UnknownValue",
    "WorkCalendar",
    "compile_expression",
    "day_end",
    "renamed",
]
