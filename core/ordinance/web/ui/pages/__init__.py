"""Thin handlers: read the request, call an act, hand the view to a template."""
