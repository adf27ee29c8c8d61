"""Pages are dataclasses; a template knows their fields by name."""

from dataclasses import fields
from typing import Any


def of(page: Any) -> dict[str, Any]:
    """Return the fields of a page by name, themselves not taken apart."""
    return {field.name: getattr(page, field.name) for field in fields(page)}
