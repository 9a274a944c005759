"""How requests to the two kinds of provider are signed: sorted form with HMAC-SHA1, and TC3-HMAC-SHA256."""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote

TC3 = "TC3-HMAC-SHA256"
SIGNED_HEADERS = "content-type;host"


def _quoted(text: str) -> str:
    """Percent-encode all but RFC 3986's unreserved characters."""
    return quote(text, safe="-_.~")


def form_signature(secret: str, method: str, params: Mapping[str, str]) -> str:
    """Return the base64 HMAC-SHA1 over the method and the sorted, percent-encoded parameters."""
    query = "&".join(f"{_quoted(name)}={_quoted(params[name])}" for name in sorted(params))
    text = f"{method}&{_quoted('/')}&{_quoted(query)}"
    return base64.b64encode(hmac.digest(f"{secret}&".encode(), text.encode(), hashlib.sha1)).decode()


def tc3_authorization(
    *, key_id: str, secret: str, service: str, host: str, content_type: str, body: bytes, at: int
) -> str:
    """Return the Authorization header of a POST made at a Unix time."""
    day = datetime.datetime.fromtimestamp(at, datetime.UTC).strftime("%Y-%m-%d")
    headers = f"content-type:{content_type}\nhost:{host}\n"
    request = "\n".join(["POST", "/", "", headers, SIGNED_HEADERS, hashlib.sha256(body).hexdigest()])
    scope = f"{day}/{service}/tc3_request"
    text = "\n".join([TC3, str(at), scope, hashlib.sha256(request.encode()).hexdigest()])
    key = f"TC3{secret}".encode()
    for part in (day, service, "tc3_request"):
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return f"{TC3} Credential={key_id}/{scope}, SignedHeaders={SIGNED_HEADERS}, Signature={signature}"
