"""A real Apache Kafka that lets in whom it knows, by password over TLS or by certificate, to do what each may do.

Its secrets are made anew each time.
"""

import asyncio
import secrets
from pathlib import Path
from typing import Any, Final

import trustme
from aiokafka.conn import create_conn
from aiokafka.protocol.admin import CreateAclsRequest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from streams.brokers.embedded import free_port
from streams.brokers.kafka import Access
from streams.settings.kinds import Secret
from streams.settings.schema import KafkaSettings
from tests.contracts.kafka import KafkaServer

USER: Final = "tocsin"
"""Who may do what the documentation asks for, and nothing else."""

NO_GROUPS: Final = "no-groups"
"""Who may do the same, but join no consumer group."""

WRITER: Final = "writer"
"""Who may do the same as `USER`, but read nothing."""

STRANGER: Final = "stranger"
"""Who may log in, and that is all."""

_ADMIN: Final = "admin"
_PREFIX: Final = "tocsin."
_SCRAM: Final = "SCRAM-SHA-512"
_JAAS: Final = "org.apache.kafka.common.security"
_PROPERTIES: Final = """
listeners=LOGIN://127.0.0.1:{{port}},CARD://127.0.0.1:{card},CONTROLLER://127.0.0.1:{{controller}}
advertised.listeners=LOGIN://127.0.0.1:{{port}},CARD://127.0.0.1:{card}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,LOGIN:SASL_SSL,CARD:SSL
inter.broker.listener.name=CARD
sasl.enabled.mechanisms=PLAIN,{scram}
listener.name.login.plain.sasl.jaas.config={jaas}.plain.PlainLoginModule required {users};
listener.name.login.{scram_lower}.sasl.jaas.config={jaas}.scram.ScramLoginModule required;
listener.name.card.ssl.client.auth=required
ssl.keystore.type=PEM
ssl.keystore.location={identity}
ssl.truststore.type=PEM
ssl.truststore.location={authority}
ssl.principal.mapping.rules=RULE:^.*$/{user}/
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:{admin};User:ANONYMOUS
"""
"""The controller's own port takes whoever comes, as ANONYMOUS; it is on the loopback address, and for the broker."""

_TOPICS: Final = 2
_GROUPS: Final = 3
_RIGHTS: Final = ((_TOPICS, 3), (_TOPICS, 4), (_TOPICS, 5), (_TOPICS, 8), (_GROUPS, 3))
"""Read, Write, Create, Describe on topics, Read on groups, by the numbers of Kafka's protocol."""
_PREFIXED: Final = 4
_ALLOW: Final = 3


class SecuredKafka:
    """A broker with two doors: `by_password` (SASL_SSL) and `by_certificate` (SSL). `folder` takes the PEM files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.password = secrets.token_urlsafe(16)
        authority = trustme.CA()
        self.ca_file = self._file("ca.pem", authority.cert_pem)
        self.other_ca_file = self._file("other-ca.pem", trustme.CA().cert_pem)
        broker, client = authority.issue_cert("127.0.0.1"), authority.issue_cert("tocsin.example")
        self.cert_file = self._file("client.pem", *client.cert_chain_pems)
        self.key_file = self._file("client.key", client.private_key_pem)
        self.locked_key_file = self._file("locked.key", trustme.Blob(_pkcs8(client, secrets.token_bytes(16))))
        identity = self._file("broker.pem", trustme.Blob(_pkcs8(broker)), *broker.cert_chain_pems)
        self._card_port = free_port()
        properties = _PROPERTIES.format(
            card=self._card_port,
            scram=_SCRAM,
            scram_lower=_SCRAM.lower(),
            jaas=_JAAS,
            user=USER,
            admin=_ADMIN,
            users=" ".join(f'user_{name}="{self.password}"' for name in (USER, NO_GROUPS, WRITER, STRANGER, _ADMIN)),
            identity=identity,
            authority=self.ca_file,
        )
        scram = f"{_SCRAM}=[name={USER},password={self.password}]"
        self._server = KafkaServer(folder, overrides=properties, formatting=("--add-scram", scram))

    def start(self) -> None:
        """Starts the broker, and has its administrator say who may do what."""
        self._server.start()
        asyncio.run(self._grant())

    async def _grant(self) -> None:
        admin = Access(self.by_password("PLAIN", user=_ADMIN))
        host, _, port = self._server.address.partition(":")
        connection = await create_conn(host, int(port), **admin.connection())
        for user, rights in ((USER, _RIGHTS), (NO_GROUPS, _RIGHTS[:-1]), (WRITER, _RIGHTS[1:])):
            for kind, operation in rights:
                request = CreateAclsRequest(kind, _PREFIX, _PREFIXED, f"User:{user}", "*", operation, _ALLOW)
                response = await connection.send(request)
                assert [code for code, _ in response.creation_responses] == [0], response
        await connection.close()

    def kill(self) -> None:
        self._server.kill()

    def by_password(self, mechanism: str = _SCRAM, name: str = "", user: str = USER) -> KafkaSettings:
        """The settings of whoever may come in with a login; `name`: of topics of one's own."""
        return self._settings(
            broker=self._server.address,
            prefix=f"{_PREFIX}{name}",
            security_protocol="SASL_SSL",
            sasl_mechanism=mechanism,
            sasl_username=user,
            sasl_password=Secret(self.password),
        )

    def by_certificate(self, name: str = "") -> KafkaSettings:
        """The settings of whoever may come in with a certificate, which makes them `USER`."""
        return self._settings(
            broker=f"127.0.0.1:{self._card_port}",
            prefix=f"{_PREFIX}{name}",
            security_protocol="SSL",
            cert_file=self.cert_file,
            key_file=self.key_file,
        )

    def _settings(self, **named: Any) -> KafkaSettings:
        return KafkaSettings(
            ca_file=self.ca_file, partitions=2, rebalance_timeout_s=3.0, session_timeout_s=3.0, **named
        )

    def _file(self, name: str, *blobs: trustme.Blob) -> str:
        path = self._folder / name
        path.write_bytes(b"".join(blob.bytes() for blob in blobs))
        return str(path)


def _pkcs8(identity: trustme.LeafCert, lock: bytes = b"") -> bytes:
    """A private key as Java reads it from PEM; behind a passphrase where one is given."""
    key = load_pem_private_key(identity.private_key_pem.bytes(), password=None)
    protection = BestAvailableEncryption(lock) if lock else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection)
