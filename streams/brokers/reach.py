"""Why a broker cannot be reached: asked of it directly, and told as one line that names the setting to change.

Kafka's clients try every broker, log what went wrong, and raise that none was left; the reason is lost on the way.
"""

import asyncio
import os
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Final

from aiokafka.conn import AIOKafkaConnection, collect_hosts, create_conn
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    IllegalSaslStateError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)
from aiokafka.protocol.metadata import MetadataRequest

from streams.brokers.kafka import Access
from streams.brokers.security import AccessRefused
from streams.settings.schema import KafkaSettings

UNREACHED: Final = (KafkaError, OSError, TimeoutError)
"""What Kafka's clients raise when no broker answers."""

_ALERT: Final = 0x1503
"""How a TLS alert begins: what a client that speaks no TLS takes for the length of an answer."""
_ASKED: Final = {62, 64}
"""OpenSSL's codes of a certificate that is good, and for another host name or address."""


class NoAnswer(Exception):
    """No broker answers, which may pass; the message says where and why."""


async def knock(access: Access) -> None:
    """Returns when one of the brokers lets us in.

    Raises `AccessRefused` where a setting has to be changed first, and `NoAnswer` for what may pass.
    """
    refused: AccessRefused | None = None
    unreached = []
    hosts = collect_hosts(access.servers)
    for host, port, _ in hosts:
        try:
            await _knock_at(access, host, port)
        except UNREACHED as error:
            refused = refused or _refusal(access.settings, f"{host}:{port}", error)
            where = f"{host}:{port}: " if len(hosts) > 1 else ""
            unreached.append(f"{where}{_said(access.settings, error)}")
        else:
            return
    if refused is not None:
        raise refused
    raise NoAnswer(f"no answer from Kafka at {access.settings.broker} (kafka.broker): {'; '.join(unreached)}")


@asynccontextmanager
async def reaching(access: Access) -> AsyncIterator[None]:
    """Work on Kafka whose clients' errors become `AccessRefused` or `NoAnswer`."""
    try:
        yield
    except UNREACHED as error:
        await knock(access)
        said = str(error) or type(error).__name__
        raise NoAnswer(f"Kafka at {access.settings.broker} (kafka.broker) answers, but not to this: {said}") from error


async def may_join(access: Access, group: str) -> None:
    """Raises `AccessRefused` where we may not join a consumer group (its consumers would wait for ever), and Kafka's
    errors while the broker does not answer.
    """
    admin = access.admin()
    try:
        await admin.start()
        await admin.find_coordinator(group)
    except GroupAuthorizationFailedError as error:
        raise without_rights(access.settings, f"join the consumer group {group}", "Read on groups") from error
    finally:
        await admin.close()


def without_rights(kafka: KafkaSettings, what: str, rights: str) -> AccessRefused:
    """The login is known, and may not do what it has to."""
    key = "kafka.sasl_username" if kafka.security_protocol.startswith("SASL") else "kafka.cert_file"
    who = repr(kafka.sasl_username) if kafka.security_protocol.startswith("SASL") else "this client"
    remedy = f"grant it {rights} that begin with {kafka.prefix}" if kafka.prefix else f"grant it {rights}"
    return AccessRefused(key, f"{who} may not {what}", remedy)


async def _knock_at(access: Access, host: str, port: int) -> None:
    connection: AIOKafkaConnection = await create_conn(host, port, **access.connection())
    try:
        await connection.send(MetadataRequest([]))
    finally:
        connection.close()


def _refusal(kafka: KafkaSettings, where: str, error: BaseException) -> AccessRefused | None:
    """What the broker has against us, where it has said so; None for what may pass."""
    for cause in _causes(error):
        if refused := _refused_connection(kafka, where, cause) or _refused_login(kafka, where, cause):
            return refused
    return None


def _refused_connection(kafka: KafkaSettings, where: str, cause: BaseException) -> AccessRefused | None:
    match cause:
        case ssl.SSLCertVerificationError():
            return _distrust(where, cause)
        case ssl.SSLError() if "ALERT" in (cause.reason or ""):
            remedy = "a certificate and its key_file that the broker's authorities have signed"
            return AccessRefused("kafka.cert_file", f"{where} refuses this client's certificate", remedy)
        case asyncio.IncompleteReadError(expected=int(size)) if size >> 16 == _ALERT:
            meant = "SASL_SSL" if kafka.security_protocol.startswith("SASL") else "SSL or SASL_SSL"
            return AccessRefused("kafka.security_protocol", f"{where} speaks TLS only", f"set it to {meant}")
    return None


def _refused_login(kafka: KafkaSettings, where: str, cause: BaseException) -> AccessRefused | None:
    match cause:
        case SaslAuthenticationFailed():
            message = f"{where} refuses the login of {kafka.sasl_username!r}"
            remedy = "correct sasl_username and sasl_password; a login is made for one sasl_mechanism"
            return AccessRefused("kafka.sasl_password", message, remedy)
        case UnsupportedSaslMechanismError():
            message = f"{where} takes no login by {kafka.sasl_mechanism}"
            return AccessRefused("kafka.sasl_mechanism", message, "the broker's sasl.enabled.mechanisms has others")
        case IllegalSaslStateError():
            remedy = f"set it to {kafka.security_protocol.removeprefix('SASL_')}"
            return AccessRefused("kafka.security_protocol", f"{where} takes no login", remedy)
    return None


def _distrust(where: str, error: ssl.SSLCertVerificationError) -> AccessRefused:
    said = f"the certificate of {where} is not trusted: {error.verify_message}"
    if error.verify_code in _ASKED:
        return AccessRefused("kafka.broker", said, "name the broker as its certificate does")
    return AccessRefused("kafka.ca_file", said, "name the PEM file of the authority that has signed it")


def _said(kafka: KafkaSettings, error: BaseException) -> str:
    if any(isinstance(cause, asyncio.IncompleteReadError) for cause in _causes(error)):
        return f"it hangs up; is kafka.security_protocol = {kafka.security_protocol} what it speaks?"
    if isinstance(error, OSError) and (error.errno or 0) > 0 and not isinstance(error, ssl.SSLError):
        return os.strerror(error.errno or 0)
    if isinstance(error, socket.gaierror):
        return error.strerror or "no such host"  # its number is not the system's
    return str(error) or type(error).__name__


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
