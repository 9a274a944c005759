"""Test data of the pages."""

from __future__ import annotations

import uuid
from typing import Any, TypeVar

from eunion.content.models import ArticlePage, ReviewedPage, SectionPage
from eunion.registry.factories import UserFactory
from eunion.registry.models import User
from eunion.registry.roles import Role

PageT = TypeVar("PageT", bound=ReviewedPage)


def reviewers() -> list[User]:
    """Return one reviewer for each of the three stages."""
    return [UserFactory(role=role) for role in (Role.REVIEWER_1, Role.REVIEWER_2, Role.REVIEWER_3)]


def draft(model: type[PageT] = ArticlePage, kind: str = "news", **fields: Any) -> PageT:  # type: ignore[assignment]
    """Return a page that nobody has reviewed yet, in its section."""
    page = model(**{"title": "一篇文章", "slug": uuid.uuid4().hex, "live": False, **fields})
    SectionPage.objects.get(kind=kind).add_child(instance=page)
    return page
