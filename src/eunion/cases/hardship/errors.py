"""What may go wrong in hardship assistance."""

from eunion.kernel.errors import Conflict, Invalid, TooMany


class NotPublicNow(Conflict):
    """公示期已经结束，不能再提异议。有情况请拨打 12351。"""

    code = "hardship.not_public_now"


class TooManyObjections(TooMany):
    """这里收到的异议太多了，请过一小时再试，或拨打 12351。您写的内容还在。"""

    code = "hardship.too_many_objections"


class AlreadyDecided(Conflict):
    """这条异议已经有人核实过了，请刷新看结果。"""

    code = "hardship.already_decided"


class FileLeft(Conflict):
    """这户已经退出帮扶，档案不能再改。"""

    code = "hardship.file_left"


class AlreadyCorrected(Conflict):
    """这一笔已经冲正过了。"""

    code = "hardship.already_corrected"


class AlreadyRechecked(Conflict):
    """这次复核已经有人做完了，请刷新看结果。"""

    code = "hardship.already_rechecked"


class WrongFigures(Invalid):
    """有几处没填好，请按提示改一改，已填的都在。"""

    code = "hardship.wrong_figures"
