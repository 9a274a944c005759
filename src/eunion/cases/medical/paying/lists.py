"""Payment lists: gathered by one person, let pass by another, taken to the bank. Locked from the approval on."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from eunion.cases import states
from eunion.cases.medical.errors import NothingToPay, PayListNotReady, SecondPersonNeeded
from eunion.cases.models import Case, ClaimFacts, PayLine, PayList
from eunion.cases.services import desks
from eunion.kernel import audit
from eunion.kernel.errors import NotAllowed
from eunion.registry.models import User
from eunion.registry.scope import scope_of

LINES_MAX = 2000
State = PayList.State


def check_right(user: User, held: PayList | None = None, right: str = "change") -> None:
    """Raise NotAllowed unless a person has a right over payment lists, and over this one."""
    seen = PayList.objects.visible_to(scope_of(user))
    if not user.has_perm(f"cases.{right}_paylist") or (held and not seen.filter(pk=held.pk).exists()):
        raise NotAllowed


def locked(held: PayList, *allowed: str) -> PayList:
    """Return a list with its row locked. Raises PayListNotReady in any other state."""
    kept = PayList.objects.select_for_update().get(pk=held.pk)
    if kept.state not in allowed:
        raise PayListNotReady
    return kept


def to_pay(user: User) -> QuerySet[ClaimFacts]:
    """Return what waits to be paid at the desks in a person's scope: approved, its case standing at the payment."""
    rows = ClaimFacts.objects.filter(
        state=ClaimFacts.State.APPROVED, case__state=states.OPEN, case__stage_name="pay"
    )
    return rows.filter(scope_of(user).unions("case__desk__")).order_by("approved_at", "pk")


@transaction.atomic
def gather(*, user: User) -> PayList:
    """Put what waits on a new list, at most LINES_MAX. Whom another list takes at the same moment is left to it.

    Raises NotAllowed, NothingToPay.
    """
    check_right(user)
    rows = to_pay(user).select_for_update(of=("self", "case"), skip_locked=True).select_related("case")
    waiting = list(rows[:LINES_MAX])
    if not waiting:
        raise NothingToPay
    held = PayList.objects.create(number=_number(), union=desks.root(), created_by=user)
    PayLine.objects.bulk_create(_line(held, place, facts) for place, facts in enumerate(waiting, 1))
    taken = [facts.pk for facts in waiting]
    ClaimFacts.objects.filter(pk__in=taken).update(state=ClaimFacts.State.LISTED)
    audit.record(actor=user, action="medical.gather", target=held, data={"lines": len(taken)})
    return held


def _number() -> str:
    """Return the next number of the day; who makes one at the same moment waits."""
    from django.db import connection

    key = f"FF{timezone.localdate():%Y%m%d}"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_casenumber (key, last) VALUES (%s, 1)"
            " ON CONFLICT (key) DO UPDATE SET last = cases_casenumber.last + 1 RETURNING last",
            [key],
        )
        return f"{key}{cursor.fetchone()[0]:02d}"


def _line(held: PayList, place: int, facts: ClaimFacts) -> PayLine:
    typed = facts.case.answers
    return PayLine(
        list=held,
        facts=facts,
        reference=f"{held.number}-{place:04d}",
        name=typed.get("name", "")[:40],
        card_number="".join(char for char in typed.get("card_number", "") if char.isdigit()),
        bank=typed.get("bank", "")[:60],
        amount_fen=facts.benefit_fen or 0,
    )


@transaction.atomic
def leave_out(*, held: PayList, reference: str, user: User) -> None:
    """Take one benefit off a list that is being made; it waits for the next. Raises NotAllowed, PayListNotReady."""
    check_right(user, held)
    kept = locked(held, State.DRAFT)
    line = kept.lines.filter(reference=reference).first()
    if line:
        _free(kept.lines.filter(pk=line.pk))
        audit.record(actor=user, action="medical.leave_out", target=kept, data={"line": reference})
    if not kept.lines.exists():
        kept.state = State.CANCELLED
        kept.save(update_fields=["state"])


def _free(lines: QuerySet[PayLine]) -> None:
    ClaimFacts.objects.filter(pk__in=list(lines.values_list("facts", flat=True))).update(
        state=ClaimFacts.State.APPROVED
    )
    lines.delete()


@transaction.atomic
def cancel(*, held: PayList, user: User) -> None:
    """Give a list up while it is being made; all of it waits for the next. Raises NotAllowed, PayListNotReady."""
    check_right(user, held)
    kept = locked(held, State.DRAFT)
    _free(kept.lines.all())
    kept.state = State.CANCELLED
    kept.save(update_fields=["state"])
    audit.record(actor=user, action="medical.cancel", target=kept)


@transaction.atomic
def approve(*, held: PayList, user: User) -> PayList:
    """Let a list pass, as a second person: from here on it is locked. Raises NotAllowed, PayListNotReady, SecondPersonNeeded."""
    check_right(user, held, "approve")
    kept = locked(held, State.DRAFT)
    if kept.created_by_id == user.pk:
        raise SecondPersonNeeded
    kept.state, kept.approved_by, kept.approved_at = State.APPROVED, user, timezone.now()
    kept.save(update_fields=["state", "approved_by", "approved_at"])
    audit.record(actor=user, action="medical.approve", target=kept, data={"fen": total(kept)})
    return kept


@transaction.atomic
def give_back(*, held: PayList, user: User) -> PayList:
    """Give an approved list back before it goes to the bank. Raises NotAllowed, PayListNotReady."""
    check_right(user, held, "approve")
    kept = locked(held, State.APPROVED)
    kept.state, kept.approved_by, kept.approved_at = State.DRAFT, None, None
    kept.save(update_fields=["state", "approved_by", "approved_at"])
    audit.record(actor=user, action="medical.give_back", target=kept)
    return kept


@transaction.atomic
def export(*, held: PayList, user: User) -> list[PayLine]:
    """Return the lines for the bank, with whole card numbers; each export is logged, and from the first the list is out.

    Raises NotAllowed, PayListNotReady.
    """
    check_right(user, held, "export")
    kept = PayList.objects.select_for_update().get(pk=held.pk)
    if kept.state == State.APPROVED:
        kept.state, kept.exported_at = State.EXPORTED, timezone.now()
        kept.save(update_fields=["state", "exported_at"])
    elif kept.state not in (State.EXPORTED, State.DONE):
        raise PayListNotReady("要先由另一位同事复核，才能导出给银行。")
    lines = list(kept.lines.order_by("reference"))
    audit.record(actor=user, action="medical.export", target=kept, data={"lines": len(lines)})
    return lines


def total(held: PayList) -> int:
    """Return a list's total in fen."""
    return sum(held.lines.values_list("amount_fen", flat=True))


def cases_of(held: PayList) -> QuerySet[Case]:
    """Return the cases on a list."""
    return Case.objects.filter(claim_facts__lines__list=held)
