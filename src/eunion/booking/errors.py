"""What may go wrong with limited places; the gate's answers have their words in answers.py."""

from eunion.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, TooMany


class PassInvalid(Invalid):
    """这个页面已经失效，请返回活动页面重新进入。"""

    code = "booking.pass_invalid"


class NotEligible(DomainError):
    """您暂时不符合这项活动的报名条件。"""

    code = "booking.not_eligible"
    status = 403


class NotOpen(Conflict):
    """这项活动现在不能报名。"""

    code = "booking.not_open"


class TooLateToCancel(Conflict):
    """已经过了可以取消的时间。如确实不能参加，请联系主办工会。"""

    code = "booking.too_late_to_cancel"


class WrongState(Conflict):
    """这条报名的状态已经变化，不能再这样操作。请刷新页面。"""

    code = "booking.wrong_state"


class TakesAPlace(Conflict):
    """已经有人报上名，这样修改会拿走他们的名额，没有保存。"""

    code = "booking.takes_a_place"


class ChangedMeanwhile(Conflict):
    """您打开这一页以后，有人改过这个活动。您的修改还没有保存，也没有覆盖别人的。"""

    code = "booking.changed_meanwhile"


class NotYours(NotAllowed):
    """这不是您的报名。"""

    code = "booking.not_yours"


class DrawNotReady(Conflict):
    """还不能摇号：登记尚未截止，或已经摇过。"""

    code = "booking.draw_not_ready"


class AskedTooOften(TooMany):
    """打开得太频繁，请稍等几秒再试。"""

    code = "booking.asked_too_often"


class NotEnrolled(DomainError):
    """您没有报上这个班，不能签到。如果刚报名，请刷新再试。"""

    code = "booking.not_enrolled"
    status = 403


class NotNow(Conflict):
    """现在不是签到时间。开课前一小时到下课都可以签。"""

    code = "booking.not_now"


class Overdue(Conflict):
    """作业已经截止，不能再改了。写好的内容还在这一页，可以复制给老师。"""

    code = "booking.overdue"


class FileRefused(Invalid):
    """这种文件不能上传。"""

    code = "booking.file_refused"


class NoCertificate(Conflict):
    """还不能领证书。"""

    code = "booking.no_certificate"


class TooLateToUndo(Conflict):
    """验过五分钟了，或不是您验的，不能撤销。请找主办工会更正。"""

    code = "booking.too_late_to_undo"


class TooManyWrongNumbers(TooMany):
    """输错的次数太多，请十分钟后再试，或在名单里找人。"""

    code = "booking.too_many_wrong_numbers"
