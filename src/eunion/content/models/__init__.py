"""Pages, their reviews, and the index that finds them."""

from eunion.content.models.page import ArticlePage, Category, GuidePage, ReviewedPage, SectionPage, SitePage
from eunion.content.models.publication import Publication
from eunion.content.models.review import ReviewTask
from eunion.content.models.search import SearchDocument

__all__ = [
    "ArticlePage",
    "Category",
    "GuidePage",
    "Publication",
    "ReviewTask",
    "ReviewedPage",
    "SearchDocument",
    "SectionPage",
    "SitePage",
]
