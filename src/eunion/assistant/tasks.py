"""Jobs of 雲博士."""

from __future__ import annotations

from procrastinate.contrib.django import app


@app.task(name="assistant.embed_missing", queue="background")
def embed_missing() -> None:
    """Compute the meaning of passages that have none yet."""
    from eunion.assistant import retrieval

    retrieval.embed_missing()
