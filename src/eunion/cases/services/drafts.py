"""Drafts: whatever is typed is kept at once, field by field, so that a closed phone or a second device loses nothing."""

from __future__ import annotations

import functools
from typing import Any

from django.db import transaction

from eunion.cases.application import prefilled
from eunion.cases.declaration import Service
from eunion.cases.errors import AlreadyRunning, NotForYou, WrongState
from eunion.cases.models import Case
from eunion.cases.services.events import locked
from eunion.registry.models import Member, User
from eunion.registry.selectors import member_of


def check_may_apply(service: Service, user: User) -> Member | None:
    """Return the applicant's member, if known. Raises NotForYou, AlreadyRunning."""
    member = member_of(user)
    if service.certified and (member is None or member.certification != Member.Certification.CERTIFIED):
        raise NotForYou
    if not service.several and Case.objects.running().filter(user=user, service_name=service.name).exists():
        raise AlreadyRunning
    return member


@transaction.atomic
def open_draft(*, service: Service, user: User, known: dict[str, str] | None = None) -> Case:
    """Return a person's draft for a service, begun from the profile and what is `known` if there is none.

    Raises NotForYou, AlreadyRunning.
    """
    member = check_may_apply(service, user)
    known = prefilled(service.fields(), member, user) | (known or {})
    draft, _ = Case.objects.get_or_create(
        user=user,
        service_name=service.name,
        state=Case.State.DRAFT,
        filed_by=None,
        defaults={"member": member, "typed": _json(known)},
    )
    return draft


def _json(typed: dict[str, Any]) -> str:
    holder = Case()
    holder.answers = typed
    return holder.typed


@transaction.atomic
def save(*, case: Case, changes: dict[str, Any]) -> Case:
    """Keep typed answers in a draft or a case that waits for mending; each field's last word counts. Raises WrongState.

    Two devices each send only the fields that were touched there, so neither overwrites the other's.
    """
    kept = locked(case)
    if kept.state not in (Case.State.DRAFT, Case.State.MENDING):
        raise WrongState
    locked_names = _locked(kept)
    kept.answers = kept.answers | {name: value for name, value in changes.items() if name not in locked_names}
    kept.save(update_fields=["typed", "changed_at"])
    return kept


def _locked(case: Case) -> set[str]:
    """Return the fields that the profile answers and nobody types."""
    known = prefilled([one for one in case.service.fields() if one.locked], case.member, case.user)
    return set(known)


@transaction.atomic
def discard(*, case: Case) -> None:
    """Throw a draft away, with its pictures. Raises WrongState."""
    kept = locked(case)
    if kept.state != Case.State.DRAFT:
        raise WrongState
    files = [(page.file.storage, str(page.file.name)) for page in kept.pages.all()]
    kept.pages.all().delete()
    kept.delete()
    for storage, name in files:
        transaction.on_commit(functools.partial(storage.delete, name))
