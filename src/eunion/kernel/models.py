"""Tables that belong to no room."""

from __future__ import annotations

from django.db import models


class Installation(models.Model):
    """Facts about this installation itself, one row a key (for example: the demo district is loaded)."""

    key = models.CharField(max_length=40, primary_key=True)
    value = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.key
