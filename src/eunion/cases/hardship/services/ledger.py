"""The ledger of what was given: lines are appended; what was wrong is taken back by one counter-entry of the same sum."""

from __future__ import annotations

import datetime
import uuid

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from eunion.cases.hardship import policies
from eunion.cases.hardship.errors import AlreadyCorrected, FileLeft
from eunion.cases.hardship.services.files import locked
from eunion.cases.models import HardshipEntry, HardshipFile, HardshipProgramme
from eunion.kernel import audit, uploads
from eunion.kernel.errors import Invalid
from eunion.registry.models import User

ENTRY_FEN_MAX = 50_000_000  # half a million yuan: more in one line is a slip of the hand


def client_uuid(text: str) -> uuid.UUID:
    """Return the form's own id. Raises Invalid."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Invalid("页面不完整，请刷新再试。") from None


@transaction.atomic
def pay(
    *,
    file: HardshipFile,
    user: User,
    client_id: str,
    programme: HardshipProgramme,
    amount_fen: int,
    paid_on: datetime.date,
    decided_by: str,
    proof: str,
    note: str = "",
    picture: bytes = b"",
) -> HardshipEntry:
    """Write down what a household was given, in fen; the same form again is the same line.

    Raises NotAllowed, Invalid, FileLeft, PhotoRefused.
    """
    name = client_uuid(client_id)
    kept = locked(file)
    policies.check(user, policies.PAY, kept.union)
    known = HardshipEntry.objects.filter(client_id=name, file=kept).first()
    if known:
        return known
    _check_entry(kept, user, programme, amount_fen, paid_on, decided_by, proof)
    entry = HardshipEntry(
        client_id=name,
        file=kept,
        programme=programme,
        amount_fen=amount_fen,
        paid_on=paid_on,
        decided_by=decided_by.strip()[:60],
        proof=proof.strip()[:60],
        note=note.strip()[:200],
        recorded_by=user,
    )
    if picture:
        entry.picture.save(f"{entry.public_id}.jpg", ContentFile(uploads.clean_photo(picture)), save=False)
    entry.save()
    audit.record(actor=user, action="hardship.pay", target=entry, data={"fen": amount_fen})
    return entry


def _check_entry(
    file: HardshipFile,
    user: User,
    programme: HardshipProgramme,
    amount_fen: int,
    paid_on: datetime.date,
    decided_by: str,
    proof: str,
) -> None:
    if file.left_on and paid_on > file.left_on:
        raise FileLeft("这户在发放日期以前已经退出帮扶，不能登记。")
    if user.pk == file.member.user_id:
        raise Invalid("不能给自己登记救助，请交给同事。")
    if not programme.active:
        raise Invalid("这个救助项目已经停用。")
    if not 0 < amount_fen <= ENTRY_FEN_MAX:
        raise Invalid("金额要大于 0，一笔不超过 50 万元。")
    if not file.opened_on <= paid_on <= timezone.localdate():
        raise Invalid("发放日期要在建档以后、今天以前。")
    if not decided_by.strip() or not proof.strip():
        raise Invalid("请填谁决定的和凭证号。")


@transaction.atomic
def correct(*, entry: HardshipEntry, user: User, reason: str) -> HardshipEntry:
    """Take a line back by a counter-entry of the same sum; the right line is then written anew.

    Raises NotAllowed, Invalid, AlreadyCorrected.
    """
    file = locked(entry.file)
    policies.check(user, policies.PAY, file.union)
    reason = reason.strip()[:200]
    if len(reason) < 4:
        raise Invalid("请写明为什么冲正（至少 4 个字）。")
    if entry.corrects_id:
        raise Invalid("冲正的这一笔不能再冲正，请重新登记正确的。")
    if HardshipEntry.objects.filter(corrects=entry).exists():
        raise AlreadyCorrected
    counter = HardshipEntry.objects.create(
        client_id=uuid.uuid5(entry.client_id, "counter-entry"),
        file=file,
        programme=entry.programme,
        amount_fen=-entry.amount_fen,
        paid_on=timezone.localdate(),
        decided_by=entry.decided_by,
        proof=entry.proof,
        note=reason,
        corrects=entry,
        recorded_by=user,
    )
    audit.record(actor=user, action="hardship.correct", target=counter, data={"fen": counter.amount_fen})
    return counter
