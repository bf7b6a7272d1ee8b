"""What we give away and must know again when it comes back: words and their signature, as one text.

Nothing is hidden by it: whoever has it can read the words, and nobody but us can have written them.
"""

import base64
import hmac
from typing import Final


class Seal:
    """HMAC-SHA256 under `key`, each seal in a `context` of its own: what is sealed for one is worth nothing in another.

    A sealed text is `WORDS.SIGNATURE`, each in base64url without padding (RFC 4648, section 5).

    >>> seal = Seal(b"a key of some length")
    >>> seal.close(b"lea")[:5], len(seal.close(b"lea"))
    ('bGVh.', 48)
    >>> seal.open(seal.close(b"lea")), seal.open("bGVh.AAAA"), Seal(b"another key").open(seal.close(b"lea"))
    (b'lea', None, None)
    """

    def __init__(self, key: bytes, context: bytes = b"") -> None:
        self._key: Final = key
        self._context: Final = context

    def close(self, words: bytes) -> str:
        return f"{_text(words)}.{self.signature(words)}"

    def open(self, sealed: str) -> bytes | None:
        """The words; None where the seal is not ours. Compares in constant time."""
        text, _, signature = sealed.partition(".")
        words = _bytes(text)
        return words if hmac.compare_digest(_bytes(signature), self._sign(words)) else None

    def signature(self, words: bytes) -> str:
        """The signature alone."""
        return _text(self._sign(words))

    def _sign(self, words: bytes) -> bytes:
        return hmac.digest(self._key, self._context + words, "sha256")


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    """Empty for what is no base64: its signature is wrong anyway."""
    try:
        return base64.urlsafe_b64decode(text.encode("ascii") + b"==")
    except ValueError:  # binascii.Error and UnicodeEncodeError are ValueErrors
        return b""
