"""Handbooks, made from the process in force: what each role does, and what differs between two revisions."""

from ordinance.handbook.changes import Notice, notice, notice_html, notice_page
from ordinance.handbook.duties import Handbook, Writer, handbook
from ordinance.handbook.html import HANDBOOK
from ordinance.handbook.page import body_html, drawing_html, markdown, page_html

__all__ = [
    "HANDBOOK",
    "Handbook",
    "Notice",
    "Writer",
    "body_html",
    "drawing_html",
    "handbook",
    "markdown",
    "notice",
    "notice_html",
    "notice_page",
    "page_html",
]
