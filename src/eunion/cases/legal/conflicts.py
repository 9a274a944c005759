"""Conflicts of interest, and which lawyer fits a case: by speciality, then by how much they have to do."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q

from eunion.cases.legal import names
from eunion.cases.models import Assignment, Case, ConflictClearance, Lawyer, LawyerClient, LegalAid

RUNNING = ("open", "mending")


@dataclass(frozen=True)
class Suggestion:
    """A lawyer for a case: what fits, how many cases they have, what stands in the way."""

    lawyer: Lawyer
    fits: tuple[str, ...]
    load: int
    conflicts: tuple[str, ...]
    cleared: ConflictClearance | None

    @property
    def full(self) -> bool:
        """Say whether the lawyer has as many cases as they take."""
        return self.load >= self.lawyer.cases_most

    @property
    def may(self) -> bool:
        """Say whether the lawyer may be assigned."""
        return not self.full and (not self.conflicts or self.cleared is not None)


def loads() -> dict[int, int]:
    """Return how many running cases each lawyer has."""
    rows = Assignment.objects.filter(ended_at=None, case__state__in=RUNNING).order_by()
    return dict(rows.values_list("lawyer").annotate(count=Count("pk")))


def conflicts_of(aid: LegalAid, lawyers: list[Lawyer]) -> dict[int, list[str]]:
    """Return what stands between lawyers and a case, lawyer id → words. Two queries for all of them.

    The other side is a declared client, or a client in an open case; or the client is the other side of one.
    """
    found: dict[int, list[str]] = defaultdict(list)
    for client in LawyerClient.objects.filter(lawyer__in=lawyers):
        if names.same(aid.opponent_key, aid.opponent_uscc, client.name_key, client.uscc):
            found[client.lawyer_id].append(f"对方“{client.name}”是这位律师登记的客户。")
    acting = Assignment.objects.filter(
        lawyer__in=lawyers, ended_at=None, case__state__in=RUNNING, case__legal__isnull=False
    ).exclude(case=aid.case_id)
    for one in acting.select_related("case__legal"):
        other: LegalAid = one.case.legal  # type: ignore[attr-defined]
        if names.same(aid.opponent_key, aid.opponent_uscc, other.client_key, other.client_uscc):
            found[one.lawyer_id].append(f"这位律师正在 {one.case.number} 中代理对方。")
        if names.same(aid.client_key, aid.client_uscc, other.opponent_key, other.opponent_uscc):
            found[one.lawyer_id].append(f"申请单位是这位律师在办的 {one.case.number} 的对方。")
    return found


def suggestions(case: Case) -> list[Suggestion]:
    """Return the active lawyers for a case, the best first: who may, who knows the matter, who has least to do."""
    aid: LegalAid = case.legal  # type: ignore[attr-defined]
    lawyers = list(Lawyer.objects.filter(Q(active=True) | Q(assignments__case=case)).distinct())
    load, against = loads(), conflicts_of(aid, lawyers)
    cleared = {one.lawyer_id: one for one in ConflictClearance.objects.filter(case=case)}
    claims = set(case.answers.get("claims") or [])
    made = [
        Suggestion(
            lawyer,
            tuple(Lawyer.Speciality(one).label for one in lawyer.specialities if one in claims),
            load.get(lawyer.pk, 0),
            tuple(against.get(lawyer.pk, ())),
            cleared.get(lawyer.pk),
        )
        for lawyer in lawyers
    ]
    return sorted(made, key=lambda one: (not one.may, -len(one.fits), one.load, one.lawyer.pk))
