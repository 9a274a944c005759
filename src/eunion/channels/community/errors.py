"""Why a call of the gateway is refused."""

from eunion.kernel.errors import DomainError


class CallRefused(DomainError):
    """签名校验没有通过。"""

    code = "community.call_refused"
    status = 401


class BadEvent(DomainError):
    """事件格式不对。"""

    code = "community.bad_event"
    status = 422
