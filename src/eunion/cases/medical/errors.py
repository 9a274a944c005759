"""What may go wrong with medical mutual aid."""

from eunion.kernel.errors import Conflict, Invalid


class PlanFrozen(Conflict):
    """已经有人参加这个计划，标准不能再改。要改标准请复制成下一期或新计划。"""

    code = "medical.plan_frozen"


class PlanNotReady(Conflict):
    """计划的状态已经变了，请刷新后再看。"""

    code = "medical.plan_not_ready"


class PlanWrong(Invalid):
    """计划有几处没填好，已标出来；其他内容都在。"""

    code = "medical.plan_wrong"


class ListNotReady(Conflict):
    """这份名单的状态已经变了，请刷新后再看。"""

    code = "medical.list_not_ready"


class InvoiceTaken(Conflict):
    """这个票据号码已用在另一件申请上，先处理那一件。"""

    code = "medical.invoice_taken"


class NothingToGrant(Invalid):
    """按这个计划的标准，这次的互助金是 0 元。请选“不通过”，把原因告诉申请人。"""

    code = "medical.nothing_to_grant"


class PayListNotReady(Conflict):
    """这份发放清单的状态已经变了，请刷新后再看。"""

    code = "medical.pay_list_not_ready"


class SecondPersonNeeded(Conflict):
    """制表人不能复核自己的清单，请换一位同事复核。"""

    code = "medical.second_person_needed"


class NothingToPay(Conflict):
    """现在没有待发放的互助金。"""

    code = "medical.nothing_to_pay"


class ResultsRefused(Invalid):
    """回盘文件里有对不上的行，一行都没有登记。"""

    code = "medical.results_refused"
