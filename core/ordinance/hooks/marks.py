"""The two marks of pluggy: `hookspec` on the page of hooks, `hookimpl` on a department's answer."""

from __future__ import annotations

import pluggy

NAMESPACE = "ordinance"

hookspec = pluggy.HookspecMarker(NAMESPACE)
hookimpl = pluggy.HookimplMarker(NAMESPACE)
