"""What can go wrong with accounts."""

from eunion.kernel.errors import Conflict, DomainError, Invalid


class CallbackRefused(DomainError):
    """这次回调没有通过校验。"""

    code = "wechat.callback_refused"
    status = 403


class SceneTaken(Conflict):
    """这个场景值已经用过了，请换一个。"""

    code = "wechat.scene_taken"


class NoServiceAccount(Invalid):
    """还没有启用的服务号，请先到“公众号和小程序”里添加。"""

    code = "wechat.no_service_account"


class MenuRefused(Invalid):
    """菜单还有不符合微信要求的地方。"""

    code = "wechat.menu_refused"


class KindNotMapped(Invalid):
    """这种消息还没有配好模板，请先到“消息模板”里配置。"""

    code = "wechat.kind_not_mapped"


class FarSideRefused(DomainError):
    """微信没有接受这次操作。"""

    code = "wechat.far_side_refused"
    status = 502


class NoMerchant(Invalid):
    """还没有配置微信支付商户，暂时不能收款。"""

    code = "wechat.no_merchant"


class NotPayable(Invalid):
    """这一笔现在不能支付。"""

    code = "wechat.not_payable"


class NoticeRefused(DomainError):
    """支付通知没有通过校验。"""

    code = "wechat.notice_refused"
    status = 401
