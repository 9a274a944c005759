"""The demo's merchant number at WeChat Pay: a key of its own, known to both sides."""

from __future__ import annotations

import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings

from eunion.channels.wechat.models import Account, Merchant
from eunion.sandbox.demo.far_side import SERVICE_APPID, TIMEOUT_S, demo_secret

MCHID = "1900000109"


def fill() -> None:
    """Make the sandbox know the merchant, and keep the sandbox's own key. Again is harmless."""
    account = Account.objects.get(appid=SERVICE_APPID)
    made = Merchant.objects.filter(mchid=MCHID).first() or Merchant(
        account=account,
        mchid=MCHID,
        serial_no="DEMO0001",
        private_key=_new_key(),
        apiv3_key=demo_secret("apiv3"),
    )
    body = {
        "mchid": MCHID,
        "serial_no": made.serial_no,
        "public_key": _public(made.private_key),
        "apiv3_key": made.apiv3_key,
        "appids": [account.appid],
    }
    answer = requests.post(f"{settings.SANDBOX_URL}/_sandbox/pay/seed", json=body, timeout=TIMEOUT_S)
    answer.raise_for_status()
    platform = answer.json()
    made.platform_key_id, made.platform_key = platform["public_key_id"], platform["public_key"]
    made.save()


def _new_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _public(private: str) -> str:
    key = load_pem_private_key(private.encode(), None).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
