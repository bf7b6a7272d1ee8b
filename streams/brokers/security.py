"""What a broker asks for before it lets us in: the TLS files of `[kafka]`, read, or refused with the key to change."""

import ssl
from pathlib import Path
from typing import Final

from streams.settings.schema import KafkaSettings

_LOCKED_HELP: Final = "openssl pkey -in OLD -out NEW makes one without"


class AccessRefused(Exception):
    """A setting keeps us out of Kafka, and will until it is changed: its key, what is wrong, and what to do."""

    def __init__(self, key: str, message: str, remedy: str) -> None:
        super().__init__(f"{key}: {message} ({remedy})")
        self.key = key
        self.message = message
        self.remedy = remedy


class _Locked(Exception):
    """A key is behind a passphrase, which nobody is there to type."""


def tls_context(kafka: KafkaSettings) -> ssl.SSLContext | None:
    """The TLS side of `kafka`; None where its protocol has none. Raises `AccessRefused` for a file without use."""
    if not kafka.security_protocol.endswith("SSL"):
        return None
    try:
        context = ssl.create_default_context(cafile=kafka.ca_file or None)
    except (OSError, ValueError) as error:
        raise _unusable("kafka.ca_file", kafka.ca_file, error, "the PEM file of the authorities to trust") from error
    if kafka.cert_file:
        _load_identity(context, kafka)
    elif kafka.key_file:
        raise AccessRefused("kafka.cert_file", "is missing beside key_file", "name this client's certificate, in PEM")
    return context


def _load_identity(context: ssl.SSLContext, kafka: KafkaSettings) -> None:
    named = {"kafka.cert_file": kafka.cert_file, "kafka.key_file": kafka.key_file}
    for key, path in named.items():
        try:
            if path:
                with Path(path).open("rb"):
                    pass
        except OSError as error:
            raise _unusable(key, path, error, "a PEM file that this program may read") from error
    key = "kafka.key_file" if kafka.key_file else "kafka.cert_file"
    try:
        # Without a function of our own, OpenSSL would ask for a passphrase on the terminal, and wait.
        context.load_cert_chain(kafka.cert_file, kafka.key_file or None, password=_passphrase)
    except _Locked:
        raise AccessRefused(key, f"{named[key]} is behind a passphrase", _LOCKED_HELP) from None
    except (OSError, ValueError) as error:
        remedy = "cert_file and key_file are PEM, and the key is the certificate's"
        raise _unusable(key, named[key], error, remedy) from error


def _passphrase() -> str:
    raise _Locked


def _unusable(key: str, path: str, error: Exception, remedy: str) -> AccessRefused:
    said = getattr(error, "reason", None) or getattr(error, "strerror", None) or str(error)
    return AccessRefused(key, f"{path} cannot be used: {said}", remedy)
