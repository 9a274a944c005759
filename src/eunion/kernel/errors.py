"""One family of errors: raised in services, turned into a page, problem details or a chat reply in one place."""

from __future__ import annotations

from typing import Any, ClassVar


class DomainError(Exception):
    """操作没有完成，请稍后再试。"""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400

    def __init__(self, message: str = "", **detail: Any) -> None:
        """Take a message for people (default: the class docstring) and machine-readable detail."""
        self.message = message or (self.__doc__ or "").strip()
        self.detail = detail
        super().__init__(self.message)


class NotAllowed(DomainError):
    """您没有权限做这件事。如需开通，请联系本单位工会管理员。"""

    code = "not_allowed"
    status = 403


class NotFound(DomainError):
    """没有找到您要的内容，可能已被移走。"""

    code = "not_found"
    status = 404


class Invalid(DomainError):
    """填写的内容有误，请检查后再提交。"""

    code = "invalid"
    status = 422


class Conflict(DomainError):
    """内容刚被别人改动过，请刷新后再试。"""

    code = "conflict"
    status = 409


class TooMany(DomainError):
    """操作太频繁，请稍后再试。"""

    code = "too_many"
    status = 429
