"""Console screens of scoped models: a list, an export and every single row within the person's own scope.

Wagtail's viewsets ask the permission policy whether a person may do a thing, not which rows they may see.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet

from eunion.registry.scope import scope_of, signed_in


class ScopedIndexView(IndexView):
    """Lists, filters, searches and exports what is in scope alone."""

    def get_base_queryset(self) -> QuerySet[Any]:
        """Return the rows in scope."""
        return (
            super()
            .get_base_queryset()
            .filter(pk__in=self.model.objects.visible_to(scope_of(signed_in(self.request))).values("pk"))
        )


class ScopedViewSet(ModelViewSet):
    """A viewset whose every address with a row's number answers 404 outside of the person's scope."""

    index_view_class = ScopedIndexView

    def construct_view(self, view_class: Any, **kwargs: Any) -> Callable[..., HttpResponse]:
        """Guard the view that Wagtail makes."""
        view = super().construct_view(view_class, **kwargs)

        def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
            if "pk" in named:
                visible = self.model.objects.visible_to(scope_of(signed_in(request)))
                if not visible.filter(pk=unquote(str(named["pk"]))).exists():
                    raise Http404
            answer: HttpResponse = view(request, *args, **named)
            return answer

        return guarded
