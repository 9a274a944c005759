"""Whose turn it is: the desk of a stage, its owner by scope and load, and the stage's clock."""

from __future__ import annotations

import datetime

from django.db.models import Count
from django.utils import timezone

from eunion.cases import policies
from eunion.cases.declaration import Stage
from eunion.cases.models import Case
from eunion.kernel.workdays import add_workdays
from eunion.registry.models import Union, User


def root() -> Union:
    """Return the federation."""
    return Union.objects.filter(depth=1).order_by("path").get()  # type: ignore[no-any-return]


def desk_of(case: Case, stage: Stage) -> Union:
    """Return the union that decides at a stage: the case's own, the subdistrict's above it, or the federation."""
    own = case.union or root()
    if stage.level == "own":
        return own
    if stage.level == "federation":
        return root()
    above = [own.path[:end] for end in range(Union.steplen, len(own.path) + 1, Union.steplen)]
    rows = Union.objects.filter(path__in=above).order_by("-depth")
    between = rows.filter(kind__in=(Union.Kind.SUBDISTRICT, Union.Kind.INDUSTRY)).first()
    return between or root()


def enter(case: Case, stage: Stage, *, at: datetime.datetime | None = None) -> None:
    """Put a locked case on a stage's desk, give it an owner and start the clock. The caller saves it."""
    at = at or timezone.now()
    case.stage_name, case.desk = stage.name, desk_of(case, stage)
    case.days_left, case.escalated_at = None, None
    case.due_at = add_workdays(at, case.service.workdays(stage, case))
    case.owner = chosen(stage, case.desk, without=_own_accounts(case))


def _own_accounts(case: Case) -> set[int]:
    member_user = case.member.user_id if case.member else None
    return {pk for pk in (case.user_id, member_user) if pk}


def chosen(stage: Stage, desk: Union, *, without: set[int] = frozenset()) -> User | None:  # type: ignore[assignment]
    """Return who decides at a desk: the nearest in the tree of unions, among equals who has the least to do."""
    levels = policies.deciders(stage, desk)
    for depth in sorted(levels, reverse=True):
        equals = [pk for pk in levels[depth] if pk not in without]
        if equals:
            load = dict(
                Case.objects.running()
                .filter(owner__in=equals)
                .order_by()
                .values_list("owner")
                .annotate(count=Count("id"))
            )
            return User.objects.get(pk=min(equals, key=lambda pk: (load.get(pk, 0), pk)))
    return None


def above(case: Case, stage: Stage) -> User | None:
    """Return who decides one level above the present owner; None at the top."""
    assert case.desk is not None
    levels = policies.deciders(stage, case.desk)
    own = max((depth for depth, people in levels.items() if case.owner_id in people), default=None)
    for depth in sorted(levels, reverse=True):
        people = [pk for pk in levels[depth] if pk != case.owner_id]
        if people and (own is None or depth < own):
            return User.objects.get(pk=min(people))
    return _administrator(case)


def _administrator(case: Case) -> User | None:
    from eunion.registry.roles import Role

    rows = User.objects.filter(groups__name=Role.ADMINISTRATOR, is_active=True, scopes__union__depth=1)
    return rows.exclude(pk=case.owner_id or 0).order_by("pk").first()
