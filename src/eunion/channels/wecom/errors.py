"""Why a callback or a message is refused."""

from eunion.kernel.errors import DomainError


class CallbackRefused(DomainError):
    """这次回调没有通过校验。"""

    code = "wecom.callback_refused"
    status = 403


class NothingToSend(DomainError):
    """请填写要发送的内容和接收人。"""

    code = "wecom.nothing_to_send"
    status = 422


class NoSuchMention(DomainError):
    """找不到这条提问。"""

    code = "wecom.no_such_mention"
    status = 404
