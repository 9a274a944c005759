"""What may go wrong with the registry."""

from eunion.kernel.errors import Conflict, DomainError, Invalid, TooMany


class UnreadableRoster(DomainError):
    """这个文件读不出来。请下载模板，按模板填写后再上传。"""

    code = "registry.unreadable_roster"
    status = 422


class RosterNotReady(DomainError):
    """这份名册现在不能这样操作，可能已经导入或取消。请刷新页面。"""

    code = "registry.roster_not_ready"
    status = 409


class ReasonNeeded(DomainError):
    """请写明查看完整号码的原因，它会记入日志。"""

    code = "registry.reason_needed"
    status = 422


class GridsRefused(DomainError):
    """网格文件有问题，没有导入任何内容。请按下面的说明修改后重新上传。"""

    code = "registry.grids_refused"
    status = 422


class PhoneNotVerified(Invalid):
    """请先验证手机号。"""

    code = "registry.phone_not_verified"


class CodeWrong(Invalid):
    """验证码不对或已过期，请重新获取。"""

    code = "registry.code_wrong"


class CodeTooSoon(TooMany):
    """验证码发得太频繁，请稍后再试。"""

    code = "registry.code_too_soon"


class CodeNotSent(Conflict):
    """短信没有发出，请稍后再试，或拨打 12351。"""

    code = "registry.code_not_sent"


class AlreadyAsked(Conflict):
    """您的认证正在人工核实，请等结果，不用重复提交。"""

    code = "registry.already_asked"


class NotCertified(Conflict):
    """完成实名认证后才有会员卡。"""

    code = "registry.not_certified"


class PhotoUnreadable(Invalid):
    """这张照片打不开。请用手机重新拍一张身份证人像面，JPG 或 PNG，20 MB 以内。"""

    code = "registry.photo_unreadable"
