"""View models: what a template reads, and pure functions that make it of the blueprint and of what acts answer."""
