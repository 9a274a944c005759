"""What may go wrong with a case."""

from eunion.kernel.errors import Conflict, DomainError, Invalid, NotAllowed


class WrongState(Conflict):
    """这件事的状态已经变了，不能再这样操作。请刷新页面看最新进度。"""

    code = "cases.wrong_state"


class ChangedMeanwhile(Conflict):
    """您打开这一页以后，有人处理过这件事。您填的内容还在，没有覆盖别人的；请先看看最新的进度。"""

    code = "cases.changed_meanwhile"


class NotYours(NotAllowed):
    """这件事不由您办理，或不在您的管理范围。"""

    code = "cases.not_yours"


class NeedsMending(Invalid):
    """还有几处没填好，请按提示改一改再提交，已填的都在。"""

    code = "cases.needs_mending"


class AlreadyRunning(Conflict):
    """您已经有一件同样的申请在办，不用重复提交。"""

    code = "cases.already_running"


class NotForYou(DomainError):
    """办这件事要先完成实名认证。"""

    code = "cases.not_for_you"
    status = 403


class ReasonNeeded(Invalid):
    """请写明原因，申请人会看到（至少 4 个字）。"""

    code = "cases.reason_needed"


class NoDocument(Conflict):
    """这份文书现在还不能生成。"""

    code = "cases.no_document"
