"""What may go wrong with questions and with the knowledge."""

from eunion.kernel.errors import DomainError


class NothingAsked(DomainError):
    """请写下您想问的事。"""

    code = "assistant.nothing_asked"
    status = 422


class TooLong(DomainError):
    """写得太长了，请删短一些再发。"""

    code = "assistant.too_long"
    status = 422


class NotWaiting(DomainError):
    """这个问题已经有人回复过了。"""

    code = "assistant.not_waiting"
    status = 409


class TakenMeanwhile(DomainError):
    """这个问题刚刚由别的同事接手了。"""

    code = "assistant.taken_meanwhile"
    status = 409


class ApprovalsMissing(DomainError):
    """这条知识还没有经两个人审核通过，不能启用。"""

    code = "assistant.approvals_missing"
    status = 409


class OwnWords(DomainError):
    """自己写的内容不能自己审核，请另外两位同事审核。"""

    code = "assistant.own_words"
    status = 409


class AlreadyApproved(DomainError):
    """您已经审核过这一版了，还需要另一位同事审核。"""

    code = "assistant.already_approved"
    status = 409


class BadFile(DomainError):
    """这个文件读不出来，什么都没有导入。"""

    code = "assistant.bad_file"
    status = 422


class GapClosed(DomainError):
    """这个缺口已经有人处理过了。"""

    code = "assistant.gap_closed"
    status = 409
