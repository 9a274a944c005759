"""What may go wrong with questions."""

from eunion.kernel.errors import DomainError


class NothingAsked(DomainError):
    """请写下您想问的事。"""

    code = "assistant.nothing_asked"
    status = 422


class NotWaiting(DomainError):
    """这个问题已经有人回复过了。"""

    code = "assistant.not_waiting"
    status = 409
