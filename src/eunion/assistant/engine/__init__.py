"""The retrieval engine of 雲博士: passages in, ranked owners with a calibrated confidence out.

A library without models or queries: `Index` (index.py) is what others use, with a `load`ed embedder (embedder.py).
"""

from eunion.assistant.engine.index import Hit, Index, Passage

__all__ = ["Hit", "Index", "Passage"]
