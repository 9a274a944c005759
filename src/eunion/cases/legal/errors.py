"""What may go wrong with legal aid."""

from eunion.kernel.errors import Conflict, Invalid


class SlotTaken(Conflict):
    """这个时间刚被别人约走了，请换一个时间。"""

    code = "legal.slot_taken"


class NotOffered(Invalid):
    """这个时间不能预约，请在列表里选一个。"""

    code = "legal.not_offered"


class EnoughBooked(Conflict):
    """您已经约了时间，见过律师以后可以再约。要换时间，请先取消原来的。"""

    code = "legal.enough_booked"


class TooLate(Conflict):
    """离开始太近，不能在手机上取消了。来不了请打律师电话说一声。"""

    code = "legal.too_late"


class InConflict(Conflict):
    """这位律师与本案有利益冲突，不能指派。"""

    code = "legal.in_conflict"


class LawyerFull(Conflict):
    """这位律师手上的案件已满，请另选一位。"""

    code = "legal.lawyer_full"
