"""The key that signs anchors. It never enters the database, so whoever rules that cannot forge one."""

import base64
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def sign(text: str) -> str:
    """The Ed25519 signature of a text, in base64."""
    return base64.b64encode(_key().sign(text.encode())).decode()


def public_key() -> str:
    """The key by which others check our anchors: 32 raw bytes in base64."""
    return base64.b64encode(_key().public_key().public_bytes_raw()).decode()


def _key() -> Ed25519PrivateKey:
    """From AUDIT_SIGNING_KEY, else made once in the data folder. Raises ImproperlyConfigured."""
    text = settings.AUDIT_SIGNING_KEY or own_key(Path(settings.DATA_DIR) / "audit_signing_key")
    try:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(text, validate=True))
    except ValueError:
        raise ImproperlyConfigured("AUDIT_SIGNING_KEY is not 32 bytes in base64.") from None


def own_key(path: Path) -> str:
    """The key of an installation, in base64; made at the first call."""
    if not path.exists():
        _make_key(path)
    return path.read_text(encoding="ascii").strip()


def _make_key(path: Path) -> None:
    """Two processes may come here at once: the file appears whole, and the first one stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    text = base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw())
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(text + b"\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
