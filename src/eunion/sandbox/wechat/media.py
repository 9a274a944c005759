"""Temporary media and pictures for articles, kept in memory for the life of the program."""

from __future__ import annotations

import secrets
import time

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from eunion.sandbox.box import account_of, box_of, error

LIMITS = {"image": 10 << 20, "voice": 2 << 20, "video": 10 << 20, "thumb": 64 << 10}
ARTICLE_IMAGE = 1 << 20
LIFE_S = 3 * 86_400
SIZE_CODES = {"image": 40009, "voice": 40010, "video": 40011, "thumb": 40012}


async def file_of(request: Request) -> tuple[bytes, str] | None:
    """Return the uploaded `media` part and its type, if there is one."""
    form = await request.form()
    part = form.get("media")
    return (await part.read(), part.content_type or "") if isinstance(part, UploadFile) else None


async def checked(request: Request) -> tuple[str, tuple[bytes, str]] | Response:
    """Return the type that was named and the file, or how WeChat refuses it."""
    kind, file = request.query_params.get("type", ""), await file_of(request)
    if kind not in LIMITS:
        return error(40004, "invalid media type")
    if file is None or not file[0]:
        return error(41005, "media data missing")
    if len(file[0]) > LIMITS[kind]:
        return error(SIZE_CODES[kind], f"invalid {kind} size")
    return kind, file


async def upload(request: Request) -> Response:
    """POST /cgi-bin/media/upload."""
    await account_of(request)
    found = await checked(request)
    if isinstance(found, Response):
        return found
    kind, file = found
    if kind in ("image", "thumb") and not file[1].startswith("image/"):
        return error(40005, "invalid file type")
    media_id = secrets.token_urlsafe(32)
    box_of(request).media[media_id] = file
    box_of(request).codes[f"media:{media_id}"] = {"at": time.time()}
    return JSONResponse({"type": kind, "media_id": media_id, "created_at": int(time.time())})


async def get(request: Request) -> Response:
    """GET /cgi-bin/media/get."""
    await account_of(request)
    box, media_id = box_of(request), request.query_params.get("media_id", "")
    uploaded = box.codes.get(f"media:{media_id}", {"at": 0.0})["at"]
    found = box.media.get(media_id) if time.time() - uploaded < LIFE_S else None
    return Response(found[0], media_type=found[1]) if found else error(40007, "invalid media_id")


async def uploadimg(request: Request) -> Response:
    """POST /cgi-bin/media/uploadimg: jpg or png up to 1 MB."""
    await account_of(request)
    file = await file_of(request)
    if file is None or file[1] not in ("image/jpeg", "image/png"):
        return error(40005, "invalid file type")
    if len(file[0]) > ARTICLE_IMAGE:
        return error(40009, "invalid image size")
    name = secrets.token_hex(16)
    box_of(request).media[name] = file
    return JSONResponse({"url": f"{request.base_url}mmbiz/{name}"})


async def mmbiz(request: Request) -> Response:
    """GET /mmbiz/{name}: an uploaded picture."""
    found = box_of(request).media.get(request.path_params["name"])
    return Response(found[0], media_type=found[1]) if found else Response(status_code=404)
