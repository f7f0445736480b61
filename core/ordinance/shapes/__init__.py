"""Every struct of the configuration language, and what is generated from it: schemas for editors, the reference page.

The structs are the *canonical* form: every list has become a map from id to body, every short form is written out.
The *surface* is what people may type; `grammar` derives it from the same structs, so a key is declared once.

Source: language.md; where it is silent (company, reports, messages, guide, lists, forms, import mapping) the shapes
are ours, in the same grammar.
"""

from ordinance.shapes.company import Calendar, Company, Rounding, Switch
from ordinance.shapes.files import KINDS, Site, build, kind_of
from ordinance.shapes.items import Form, Item, Kind, Mention, Words
from ordinance.shapes.plugin import Action, Check, Event, FieldType, Function, Plugin, Value
from ordinance.shapes.reference import reference
from ordinance.shapes.schema import schemas, surface

__all__ = [
    "KINDS",
    "Action",
    "Calendar",
    "Check",
    "Company",
    "Event",
    "FieldType",
    "Form",
    "Function",
    "Item",
    "Kind",
    "Mention",
    "Plugin",
    "Rounding",
    "Site",
    "Switch",
    "Value",
    "Words",
    "build",
    "kind_of",
    "reference",
    "schemas",
    "surface",
]
