"""What a department may answer: every hook on one page (`specs`), and the marks that go with it."""

from ordinance.hooks import specs
from ordinance.hooks.marks import NAMESPACE, hookimpl, hookspec

__all__ = ["NAMESPACE", "hookimpl", "hookspec", "specs"]
