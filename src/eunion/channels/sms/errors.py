"""Why a text message is not sent, or a receipt not taken."""

from eunion.kernel.errors import DomainError


class NoSuchKind(DomainError):
    """还没有可用的短信账号或模板，请联系管理员。"""

    code = "sms.no_such_kind"
    status = 422


class BadNumber(DomainError):
    """手机号格式不对。"""

    code = "sms.bad_number"
    status = 422


class BadParameters(DomainError):
    """短信内容与模板不符。"""

    code = "sms.bad_parameters"
    status = 422


class TooOften(DomainError):
    """给这个号码的短信太频繁了，请稍后再试。"""

    code = "sms.too_often"
    status = 429


class OverBudget(DomainError):
    """今天的短信预算已用完，请联系管理员。"""

    code = "sms.over_budget"
    status = 429


class MarketingHours(DomainError):
    """营销类短信只能在 8 时至 20 时发送。"""

    code = "sms.marketing_hours"
    status = 422


class ReceiptRefused(DomainError):
    """回执地址不对。"""

    code = "sms.receipt_refused"
    status = 403


class BadReceipt(DomainError):
    """回执格式不对。"""

    code = "sms.bad_receipt"
    status = 422
