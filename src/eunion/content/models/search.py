"""The index that finds pages, unions and answers by Chinese words."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class SearchDocument(models.Model):
    """One thing that search can find; `vector` holds its words as jieba cuts them."""

    kind = models.CharField(max_length=12)
    key = models.CharField(max_length=40)
    title = models.CharField(max_length=255)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=300)
    shown_on = models.DateField(null=True)
    vector = SearchVectorField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="one_search_document_per_thing")]
        indexes = [GinIndex(fields=["vector"], name="search_document_words")]

    def __str__(self) -> str:
        return self.title
