"""Who may do what with legal aid: the federation's officers keep the roster, a lawyer works in their own cases."""

from __future__ import annotations

from django.db.models import Q

from eunion.cases.models import Assignment, Case, Lawyer
from eunion.kernel import audit
from eunion.kernel.errors import NotAllowed
from eunion.kernel.permissions import grant
from eunion.registry.models import Union, User
from eunion.registry.roles import Role
from eunion.registry.scope import scope_of

ACTIONS = (
    ("legal.keep_lawyer", "维护律师名册"),
    ("legal.keep_hours", "维护咨询时间"),
    ("legal.assign", "指派律师"),
    ("legal.clear_conflict", "同意有利益冲突的指派"),
    ("legal.note", "写工作记录"),
    ("legal.report", "写结案报告"),
    ("legal.filed", "登记已申请仲裁"),
    ("legal.call_off", "取消律师预约"),
    ("legal.attendance", "登记预约是否到场"),
    ("legal.see_phone", "查看预约人完整电话"),
    ("legal.rules", "修改法律援助规则"),
    ("legal.export", "导出法律援助统计"),
)


def register() -> None:
    """Grant the roles their rights and name the audited actions."""
    for action, label in ACTIONS:
        audit.declare(action, label)
    officer = ("cases.view_lawyer", "cases.change_lawyer", "cases.assign_lawyer", "cases.write_worknote")
    grant(Role.CASE_OFFICER, *officer)
    grant(Role.ADMINISTRATOR, *officer, "cases.clear_conflict", "cases.change_legalrules")
    grant(Role.AUDITOR, "cases.view_lawyer")
    grant(Role.LAWYER, "cases.view_case", "cases.unmask_case", "cases.write_worknote", "cases.act_lawyer")


def given_to(user: User) -> Q | None:
    """Return the cases in which a person acts as the lawyer; None for whoever is no active lawyer."""
    lawyer = lawyer_of(user)
    if lawyer is None:
        return None
    acting = Assignment.objects.filter(lawyer=lawyer, ended_at=None)
    return Q(pk__in=acting.values("case"))


def lawyer_of(user: User) -> Lawyer | None:
    """Return the lawyer that a staff account belongs to."""
    return Lawyer.objects.filter(user=user, active=True).first()


def is_federations(user: User) -> bool:
    """Say whether a person looks after the whole federation."""
    return Union.objects.filter(scope_of(user).unions(), depth=1).exists()


def check_federation(user: User, right: str) -> None:
    """Raise NotAllowed unless the person has a right and looks after the whole federation: the roster is everyone's."""
    if not user.has_perm(right) or not is_federations(user):
        raise NotAllowed


def acting_lawyer(case: Case) -> Lawyer | None:
    """Return who acts in a case now."""
    found = Assignment.objects.filter(case=case, ended_at=None).select_related("lawyer").first()
    return found.lawyer if found else None


def check_may_work(user: User, case: Case) -> Lawyer:
    """Return the lawyer of a case in which a person may write: their own case, or as the officer who decides.

    Raises NotAllowed.
    """
    from eunion.cases import policies

    lawyer = acting_lawyer(case)
    if lawyer is None or not user.has_perm("cases.write_worknote"):
        raise NotAllowed
    if lawyer.user_id != user.pk and not policies.may_decide(user, case):
        raise NotAllowed
    return lawyer
