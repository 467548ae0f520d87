"""Private keys at rest: encrypted with a key that the server's secret key gives.

The database alone is not enough to sign anything. After a change of the secret key the
stored keys cannot be read any more: tickets that were signed stay good, since public keys
are kept in the clear, and rotating makes a key for new ones.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from openevent.errors import Unavailable


class KeyVault:
    """Seals and opens private keys."""

    def __init__(self, secret_key: str) -> None:
        # A key of its own: what is sealed here opens nothing else.
        derived = HKDF(SHA256(), length=32, salt=None, info=b"openevent ticket keys")
        self._fernet = Fernet(base64.urlsafe_b64encode(derived.derive(secret_key.encode())))

    def seal(self, key: Ed25519PrivateKey) -> bytes:
        """Return a private key as it may be stored."""
        return self._fernet.encrypt(key.private_bytes_raw())

    def open(self, sealed: bytes) -> Ed25519PrivateKey:
        """Return the private key that was sealed with this server's secret key."""
        try:
            return Ed25519PrivateKey.from_private_bytes(self._fernet.decrypt(sealed))
        except InvalidToken as ex:
            raise Unavailable(
                "The key that signs tickets was stored under another secret key;"
                " an operator makes a new one: openevent ticket-keys rotate"
            ) from ex
