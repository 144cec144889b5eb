"""Secrets at rest: AES-GCM under the newest of a list of keys, bound to the one row and column.

A sealed secret opens only for the company, workspace and column it was sealed for: moved to another
row it is worthless. It is: format (1 byte), key id (8), nonce (12), ciphertext with its tag. The
key id says which key opens it: keys are rotated by putting a new one in front and keeping the old.
"""

import base64
import binascii
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.values import OrganizationId, WorkspaceId

FORMAT = b"\x01"
KEY_BYTES = 32
ID_BYTES = 8
NONCE_BYTES = 12
_NONCE_AT = len(FORMAT) + ID_BYTES
_TEXT_AT = _NONCE_AT + NONCE_BYTES


class SealBrokenError(RuntimeError):
    """What was kept cannot be opened: another company's, changed, or under a key we do not have."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a secret is kept: nowhere else does it open."""

    organization_id: OrganizationId
    workspace_id: WorkspaceId
    column: str

    @property
    def bound(self) -> bytes:
        return f"{self.organization_id}|{self.workspace_id}|{self.column}".encode()


class Sealer:
    """Seals with the first key, opens with any. Holds keys: never log or show one."""

    def __init__(self, keys: Sequence[str]) -> None:
        """`keys`: each 32 bytes in URL-safe base64, the newest first. Raises ValueError."""
        if not keys:
            raise ValueError("at least one encryption key is needed")
        decoded = [_decode(key) for key in keys]
        self._ciphers = {_id_of(key): AESGCM(key) for key in decoded}
        self._newest = _id_of(decoded[0])

    @property
    def key_ids(self) -> tuple[str, ...]:
        """What names its keys without telling them, the newest first."""
        return tuple(each.hex() for each in self._ciphers)

    def seal(self, place: Place, secret: str) -> bytes:
        """The secret, to be opened only in this place."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._ciphers[self._newest].encrypt(nonce, secret.encode(), place.bound)
        return FORMAT + self._newest + nonce + sealed

    def open(self, place: Place, sealed: bytes) -> str:
        """What was sealed in this place. Raises SealBrokenError."""
        cipher = self._ciphers.get(_key_id(sealed))
        if not sealed.startswith(FORMAT) or cipher is None:
            raise SealBrokenError("sealed under a key or in a format that is not known here")
        nonce, text = sealed[_NONCE_AT:_TEXT_AT], sealed[_TEXT_AT:]
        try:
            return cipher.decrypt(nonce, text, place.bound).decode()
        except (InvalidTag, ValueError) as error:
            raise SealBrokenError("changed, or sealed in another place") from error

    def is_current(self, sealed: bytes) -> bool:
        """Whether it is under the newest key; if not, seal it again before the old key goes."""
        return sealed.startswith(FORMAT + self._newest)


def key_id_of(sealed: bytes) -> str:
    """What names the key it is sealed under, as in `Sealer.key_ids`."""
    return _key_id(sealed).hex()


def new_key() -> str:
    """A fresh random key in the form Sealer takes."""
    return base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode()


def _decode(key: str) -> bytes:
    try:
        decoded = base64.b64decode(key.strip().encode(), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("an encryption key is not URL-safe base64") from error
    if len(decoded) != KEY_BYTES:
        raise ValueError(f"an encryption key must hold {KEY_BYTES} bytes")
    return decoded


def _id_of(key: bytes) -> bytes:
    return hashlib.sha256(b"tandem key id|" + key).digest()[:ID_BYTES]


def _key_id(sealed: bytes) -> bytes:
    return sealed[len(FORMAT) : _NONCE_AT]
