"""What may go wrong with the registry."""

from eunion.kernel.errors import DomainError


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
