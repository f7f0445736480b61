"""Templates and sample data: a new site, a demo company."""
