"""What may go wrong with broadcasts."""

from eunion.kernel.errors import DomainError


class WrongState(DomainError):
    """这次触达已经结束或取消，不能再这样操作。请刷新页面查看最新状态。"""

    code = "broadcast.wrong_state"
    status = 409


class NotYourGrid(DomainError):
    """这位会员不在您负责的网格里。"""

    code = "broadcast.not_your_grid"
    status = 403


class TooLateToUndo(DomainError):
    """告知记录已超过 10 分钟，不能撤销。"""

    code = "broadcast.too_late_to_undo"
    status = 409
