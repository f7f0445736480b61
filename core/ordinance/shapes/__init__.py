"""Every struct of the configuration language, and what is generated from it: schemas for editors, the reference page.

The structs are the *canonical* form: every list has become a map from id to body, every short form is written out.
The *surface* is what people may type; `grammar` derives it from the same structs, so a key is declared once.

Source: language.md; where it is silent (company, reports, messages, guide, lists, forms, import mapping) the shapes
are ours, in the same grammar.
"""

from ordinance.shapes.files import KINDS, FileKind, Site, build, kind_of
from ordinance.shapes.reference import reference
from ordinance.shapes.schema import schemas, surface

__all__ = ["KINDS", "FileKind", "Site", "build", "kind_of", "reference", "schemas", "surface"]
