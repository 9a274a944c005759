"""Home visits from an officer's phone: kept there while there is no connection, sent when it is back, once."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from eunion.cases import policies
from eunion.cases.errors import WrongState
from eunion.cases.hardship.services.ledger import client_uuid
from eunion.cases.models import Case, HardshipVisit, Page
from eunion.cases.services import papers, review
from eunion.cases.services.events import locked
from eunion.kernel import audit
from eunion.kernel.errors import Invalid
from eunion.registry.models import User

STAGE = "visit"


def recorded(client_id: str, user: User) -> HardshipVisit | None:
    """Return the visit that a phone sent before under this id. Raises Invalid."""
    return HardshipVisit.objects.filter(client_id=client_uuid(client_id), user=user).first()


def keep_paper(*, case: Case, user: User, material: str, client_id: str, content: bytes) -> list[Page]:
    """Keep a photo or the signature of a visit, once a client id. Raises NotYours, Invalid, WrongState, PhotoRefused."""
    policies.check_may_decide(user, case)
    if case.stage_name != STAGE or material not in ("visit_photo", "visit_signature"):
        raise WrongState
    return papers.keep(case=case, material=material, client_id=client_id, content=content, user=user)


@transaction.atomic
def record(*, case: Case, user: User, client_id: str, typed: dict[str, Any]) -> Case:
    """Record a visit and let the case pass its stage; the same id again is the same visit.

    The version is not asked for: what was seen at the door stays true whatever was noted meanwhile. Raises NotYours,
    WrongState (it is no longer at its visit), NeedsMending, Invalid.
    """
    name = client_uuid(client_id)
    kept = locked(case)
    known = HardshipVisit.objects.filter(client_id=name).first()
    if known:
        if known.case_id != kept.pk or known.user_id != user.pk:
            raise Invalid("这条走访记录的编号不对，请重新填写。")
        return kept
    if kept.stage_name != STAGE:
        raise WrongState
    done = review.pass_stage(case=kept, user=user, version=None, typed=typed)
    HardshipVisit.objects.create(client_id=name, case=done, user=user)
    audit.record(actor=user, action="hardship.visit", target=done)
    return done
