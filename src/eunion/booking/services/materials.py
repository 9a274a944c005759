"""Staff give files and links to a course."""

from __future__ import annotations

import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from eunion.booking.errors import FileRefused
from eunion.booking.models import Material, Offering, Session
from eunion.booking.services.edit import may
from eunion.kernel import audit, uploads
from eunion.kernel.errors import Invalid
from eunion.kernel.ids import new_public_id
from eunion.registry.models import User

BYTES_MAX = 100 << 20
# By what the bytes say. Nothing that a browser would run: no HTML, no SVG; no archives, which hide anything.
ALLOWED = frozenset(
    ["pdf", "jpg", "png", "webp", "gif", "mp3", "m4a", "mp4", "docx", "xlsx", "pptx", "doc", "xls", "ppt"]
)


@transaction.atomic
def add(
    *,
    offering: Offering,
    user: User,
    name: str,
    file: UploadedFile | None = None,
    url: str = "",
    session: Session | None = None,
    audience: str = Material.Audience.ENROLLED,
    visible_from: datetime.datetime | None = None,
) -> Material:
    """Add a file or a link. Raises NotAllowed, Invalid, FileRefused."""
    may(user, "booking.change_session", offering.owner)
    name = name.strip()[:80]
    if bool(file) == bool(url):
        raise Invalid("请选一个文件，或者填一个链接，二选一。")
    if not name or audience not in Material.Audience.values:
        raise Invalid("请填资料名称，并选谁能看。")
    if url and not url.startswith(("https://", "http://")):
        raise Invalid("链接要以 https:// 开头。")
    made = Material(
        offering=offering,
        session=session,
        name=name,
        url=url,
        audience=audience,
        visible_from=visible_from,
        created_by=user,
    )
    if file:
        _take(made, file)
    made.save()
    audit.record(actor=user, action="booking.material", target=offering, data={"name": name})
    return made


def _take(made: Material, file: UploadedFile) -> None:
    if (file.size or 0) > BYTES_MAX:
        raise FileRefused(f"文件太大，请压缩到 {BYTES_MAX >> 20} MB 以内，或者填网盘链接。")
    kind = uploads.kind_of(file)
    if kind is None or kind.extension not in ALLOWED:
        raise FileRefused("只能传 PDF、图片、Office 文档、MP3 和 MP4。")
    made.content_type, made.size = kind.mime, file.size or 0
    # The name on disk is ours: nothing of what was typed becomes a path.
    made.file.save(f"{new_public_id()}.{kind.extension}", file, save=False)


@transaction.atomic
def remove(*, material: Material, user: User) -> None:
    """Take a material away, with its file. Raises NotAllowed."""
    may(user, "booking.change_session", material.offering.owner)
    data = {"name": material.name, "removed": True}
    audit.record(actor=user, action="booking.material", target=material.offering, data=data)
    storage, name = material.file.storage, material.file.name
    material.delete()
    if name:
        transaction.on_commit(lambda: storage.delete(name))
