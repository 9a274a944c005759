"""Second factors are kept encrypted, like everything that opens a door."""

from __future__ import annotations

import base64

from allauth.mfa.adapter import DefaultMFAAdapter

from eunion.kernel import crypto


class EncryptingAdapter(DefaultMFAAdapter):
    """allauth stores what these return."""

    def encrypt(self, text: str) -> str:
        """Encrypt a secret with the installation's field key."""
        return base64.b64encode(crypto.encrypt(text)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt what `encrypt` returned."""
        return crypto.decrypt(base64.b64decode(encrypted_text))
