"""Why a callback is refused."""

from eunion.kernel.errors import DomainError


class CallbackRefused(DomainError):
    """这次回调没有通过校验。"""

    code = "wechat.callback_refused"
    status = 403
