"""A problem or a refusal as a value, and the printers that show it."""

from ordinance.problems.catalogue import CATALOGUE
from ordinance.problems.make import problem, reason
from ordinance.problems.names import did_you_mean
from ordinance.problems.printers import render_github, render_json, render_text
from ordinance.problems.values import Place, Problem, Reason, SiteError, Text

__all__ = [
    "CATALOGUE",
    "Place",
    "Problem",
    "Reason",
    "SiteError",
    "Text",
    "did_you_mean",
    "problem",
    "reason",
    "render_github",
    "render_json",
    "render_text",
]
