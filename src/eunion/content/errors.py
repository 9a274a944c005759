"""What may go wrong with pages."""

from eunion.kernel.errors import DomainError


class ReviewIncomplete(DomainError):
    """这一版内容还没有经过三个人的三级审核（初审、复审、终审），不能发布。"""

    code = "content.review_incomplete"
    status = 403


class SameReviewer(DomainError):
    """三级审核要由三个不同的人完成，作者也不能审核自己的稿件。请交给另一位审核人。"""

    code = "content.same_reviewer"
    status = 403


class NotPublished(DomainError):
    """这个页面还没有经三审发布，不能发到公众号。"""

    code = "content.not_published"
    status = 409


class NoQuota(DomainError):
    """这个账号的群发次数已用完：服务号每月 4 次，订阅号每天 1 次。可以改用“发布（不推送）”，或排到下一期。"""

    code = "content.no_quota"
    status = 409


class AlreadyInAccount(DomainError):
    """这个页面已经在这个公众号里了。要重发，请先撤回。"""

    code = "content.already_in_account"
    status = 409


class InAccounts(DomainError):
    """这个页面的文章还在公众号里，删除后就没法撤回了。请先取消发布，等文章撤回后再删除。"""

    code = "content.in_accounts"
    status = 409
