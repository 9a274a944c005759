"""What workers say, put into the words of the texts: additions, the worker's own words stay."""

from __future__ import annotations

from eunion.assistant.understanding import lexicon


def official(text: str) -> tuple[str, ...]:
    """Return the official words for what a text says, each once, without those that already stand in it."""
    said = [phrase.means for phrase in lexicon.phrases("colloquial.txt") if phrase.found(text)]
    words = (word for means in said for word in means.split())
    return tuple(word for word in dict.fromkeys(words) if word not in text)


def is_about_work(text: str) -> bool:
    """Say whether anything of the union's business is said at all, in official or in lay words."""
    return bool(lexicon.terms_in(text) or official(text))
