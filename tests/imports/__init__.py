"""Real input brought in whole, measured, and written into docs/imports.md: `python -m tests.imports [NAME ...]`."""
