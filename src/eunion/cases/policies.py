"""Who may see or do what with cases: a role's right, the service's roles, within the person's own unions."""

from __future__ import annotations

from django.db.models import Q
from wagtail.permissions import register_permission_policy

from eunion.cases.declaration import SERVICES, Service, Stage
from eunion.cases.errors import NotYours
from eunion.cases.models import Case
from eunion.cases.models.case import CaseQuerySet
from eunion.kernel import audit
from eunion.kernel.errors import NotAllowed
from eunion.kernel.permissions import grant
from eunion.registry.models import Union, User
from eunion.registry.policies import ScopedPermissionPolicy
from eunion.registry.roles import Role
from eunion.registry.scope import scope_of

ACTIONS = (
    ("cases.submit", "提交申请"),
    ("cases.file", "代为录入"),
    ("cases.pass", "通过环节"),
    ("cases.finish", "办结"),
    ("cases.mend", "要求补正"),
    ("cases.refuse", "不通过"),
    ("cases.transfer", "转办"),
    ("cases.assign", "分派"),
    ("cases.reopen", "重新办理"),
    ("cases.note", "写备注"),
    ("cases.see", "查看办件"),
    ("cases.unmask", "查看办件完整号码"),
    ("cases.export", "导出办件"),
    ("cases.print", "打印办件"),
)


def register() -> None:
    """Put the policies, rights and audit actions of this room in place."""
    register_permission_policy(Case, ScopedPermissionPolicy(Case))
    for action, label in ACTIONS:
        audit.declare(action, label)
    view, handle = "cases.view_case", "cases.handle_case"
    grant(Role.ADMINISTRATOR, view, handle, "cases.assign_case", "cases.export_case", "cases.unmask_case")
    grant(Role.CASE_OFFICER, view, handle, "cases.assign_case", "cases.export_case", "cases.unmask_case")
    grant(Role.GRASSROOTS_OFFICER, view, handle, "cases.unmask_case")
    grant(Role.AUDITOR, view)
    grant(Role.GRID_WORKER, "cases.add_case")


def roles_of(user: User) -> set[str]:
    """Return the codes of a person's roles."""
    return set(user.groups.values_list("name", flat=True))


def services_of(user: User) -> list[Service]:
    """Return the services whose cases a person may see at all."""
    if user.is_superuser:
        return list(SERVICES.values())
    roles = roles_of(user)
    seen = roles - {Role.AUDITOR}
    return [one for one in SERVICES.values() if Role.AUDITOR in roles or seen & one.roles()]


def seen_by(user: User) -> CaseQuerySet:
    """Return the cases that a staff member may see. Raises NotAllowed."""
    if not user.has_perm("cases.view_case"):
        raise NotAllowed
    names = [one.name for one in services_of(user)]
    rows = Case.objects.visible_to(scope_of(user)).filter(service_name__in=names)
    for service in SERVICES.values():
        given = service.given_to(user)
        if given is not None:
            rows |= Case.objects.exclude(state=Case.State.DRAFT).filter(given, service_name=service.name)
    return rows


def may_decide(user: User, case: Case) -> bool:
    """Say whether a person may act on a case now: the right, the stage's role, the desk in scope.

    Nobody decides about their own application.
    """
    stage = case.stage
    if stage is None or not user.has_perm("cases.handle_case") or _is_own(user, case):
        return False
    if not user.is_superuser and not roles_of(user) & {*stage.roles, Role.ADMINISTRATOR}:
        return False
    return Case.objects.filter(pk=case.pk).filter(scope_of(user).unions("desk__")).exists()


def _is_own(user: User, case: Case) -> bool:
    member_user = case.member.user_id if case.member else None
    return user.pk in (case.user_id, member_user)


def check_may_decide(user: User, case: Case) -> None:
    """Raise NotYours unless the person may act on the case now."""
    if not may_decide(user, case):
        raise NotYours


def deciders(stage: Stage, desk: Union) -> dict[int, list[int]]:
    """Return who may decide at a desk: length of the tree path of their scope → user ids; deeper is nearer."""
    above = [desk.path[:end] for end in range(Union.steplen, len(desk.path) + 1, Union.steplen)]
    rows = (
        User.objects.filter(
            Q(groups__name__in=[role.value for role in stage.roles]),
            is_active=True,
            scopes__union__path__in=above,
        )
        .values_list("scopes__union__path", "pk")
        .distinct()
    )
    found: dict[int, list[int]] = {}
    for path, pk in rows:
        if path in above:
            found.setdefault(len(path), []).append(pk)
    return found
