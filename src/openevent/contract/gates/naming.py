"""How the blueprint calls the data structures of a resource type."""

from __future__ import annotations

from openevent.jsonapi.resource import ResourceType


def title(resource: ResourceType) -> str:
    """Return a type's name as a title: ``faq-type`` is ``Faq Type``."""
    words = resource.type_name.replace("_", "-").split("-")
    return " ".join(word.capitalize() for word in words)


def attributes_structure(resource: ResourceType) -> str:
    """Return the name of the structure of a type's attributes."""
    return f"{title(resource)} Attributes"


def resource_structure(resource: ResourceType) -> str:
    """Return the name of the structure of a type's resource objects."""
    return f"{title(resource)} Resource"
