"""Print formats: which record becomes which paper, and by which template.

Source: language.md §5 leaves their shape to us; requirement F-06.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import field

from ordinance.shapes.items import Expression, Item, Name, Names, Words, doc


class Print(Item, frozen=True):
    """A paper that is made of a record: its template is a Typst file in a `print/` folder."""

    about: Annotated[Words | None, doc("说明", "what it is for")] = None
    of: Annotated[Name, doc("实体", "the entity it is made of; the id of the format if left out")] = ""
    file: Annotated[
        str,
        doc(
            "模板文件，在部门或公司 config 的 print/ 文件夹中；同名文件以上层为准",
            "its template, in the print/ folder of a department or of the company's config; of two of one name the "
            "upper layer's counts; the id and .typ if left out",
        ),
    ] = ""
    when: Annotated[Expression, doc("哪些记录可打印", "which records can be printed in it")] = ""
    by: Annotated[Names, doc("哪些角色可用", "roles that use it; whoever may print the record if left out")] = field(
        default_factory=dict
    )
