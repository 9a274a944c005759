"""Reads over pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from wagtail.models import Page

from eunion.content.models import Category, SectionPage

PAGE_SIZE = 20


def live_pages(kind: str) -> QuerySet[Page]:
    """Return the live pages of a kind of section, newest first."""
    section = SectionPage.objects.filter(kind=kind).first()
    if section is None:
        return Page.objects.none()
    return Page.objects.child_of(section).live().order_by("-first_published_at", "-id")


def _with_details(pages: list[Page]) -> list[Any]:
    """Return the specific pages in the same order, one query a page type."""
    specific = {page.pk: page for page in Page.objects.filter(pk__in=[page.pk for page in pages]).specific()}
    return [specific[page.pk] for page in pages]


def newest(kind: str, count: int) -> list[Any]:
    """Return the newest live pages of a kind, with their own fields."""
    return _with_details(list(live_pages(kind)[:count]))


def section_list(section: SectionPage, query: Mapping[str, str]) -> dict[str, Any]:
    """Return one page of a section's list, filtered by category, with what its template needs."""
    pages = Page.objects.child_of(section).live().order_by("-first_published_at", "-id")
    category = query.get("category", "")
    if category.isdecimal():
        pages = pages.filter(articlepage__category_id=category) | pages.filter(
            guidepage__category_id=category
        )
    found = Paginator(pages, PAGE_SIZE).get_page(query.get("page"))
    used = Category.objects.filter(pk__in=_categories_of(section)) if found.paginator.count else []
    return {"items": _with_details(list(found)), "pager": found, "category": category, "categories": used}


def _categories_of(section: SectionPage) -> set[int]:
    pages = Page.objects.child_of(section).live()
    rows = pages.values_list("articlepage__category_id", "guidepage__category_id").distinct()
    return {one for row in rows for one in row if one}
