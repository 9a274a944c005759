"""What passages mean, as numbers: kept by the digest of their text, so that nothing is embedded twice."""

from __future__ import annotations

from django.db import models


class Vector(models.Model):
    """A passage's embedding: float16, little-endian, as long as the embedder's dimension."""

    embedder = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    numbers = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["embedder", "digest"], name="one_vector_per_text")]

    def __str__(self) -> str:
        return f"{self.embedder} {self.digest[:8]}"
