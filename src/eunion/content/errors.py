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
