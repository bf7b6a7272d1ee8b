"""How this program reaches Kafka: address and security, as aiokafka's and Faust's clients want them."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from streams.brokers.security import tls_context
from streams.settings.schema import KafkaSettings

if TYPE_CHECKING:
    import faust

EMBEDDED: Final = "embedded"
_REQUEST_TIMEOUT_MS: Final = 15_000
_BATCH_BYTES: Final = 950_000
"""Below the broker's default `message.max.bytes`, which holds for a whole batch."""


class BrokerAddressMissing(Exception):
    """The settings say `embedded`, but nobody has started that broker."""


@dataclass(frozen=True, slots=True)
class Access:
    """A way in: makes clients for one cluster. Holds secrets, and shows none.

    Whatever makes a client raises `AccessRefused` where a TLS file is without use.
    """

    settings: KafkaSettings

    @property
    def servers(self) -> list[str]:
        """`host:port` of each bootstrap broker."""
        if self.settings.broker == EMBEDDED:
            raise BrokerAddressMissing("the embedded broker has no address before it is started")
        return [part.strip() for part in self.settings.broker.split(",") if part.strip()]

    def producer(self) -> AIOKafkaProducer:
        """A producer that waits for all replicas. Its batches are filled and sent by `KafkaPublisher`."""
        return AIOKafkaProducer(
            acks="all",
            max_batch_size=_BATCH_BYTES,
            request_timeout_ms=_REQUEST_TIMEOUT_MS,
            retry_backoff_ms=100,
            metadata_max_age_ms=30_000,
            **self._common(),
        )

    def consumer(self, group: str | None = None) -> AIOKafkaConsumer:
        """A plain consumer from the beginning of its topics, which commits nothing by itself."""
        return AIOKafkaConsumer(
            group_id=group,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            request_timeout_ms=_REQUEST_TIMEOUT_MS,
            session_timeout_ms=int(self.settings.session_timeout_s * 1000),
            heartbeat_interval_ms=int(self.settings.session_timeout_s * 1000 / 3),
            **self._common(),
        )

    def admin(self) -> AIOKafkaAdminClient:
        return AIOKafkaAdminClient(request_timeout_ms=_REQUEST_TIMEOUT_MS, **self._common())

    def urls(self) -> list[str]:
        """The brokers as Faust names them."""
        return [f"kafka://{server}" for server in self.servers]

    def credentials(self) -> "faust.types.auth.CredentialsT | None":
        """The same security for Faust's own clients."""
        import faust

        context = tls_context(self.settings)
        if self.settings.security_protocol.startswith("SASL"):
            return faust.SASLCredentials(
                username=self.settings.sasl_username,
                password=self.settings.sasl_password.reveal(),
                ssl_context=context,
                mechanism=self.settings.sasl_mechanism,
            )
        return None if context is None else faust.SSLCredentials(context)

    def connection(self) -> dict[str, object]:
        """What one connection to a broker of this cluster is made with."""
        return {"request_timeout_ms": _REQUEST_TIMEOUT_MS, **self._security()}

    def _common(self) -> dict[str, object]:
        return {"bootstrap_servers": self.servers, **self._security()}

    def _security(self) -> dict[str, object]:
        plain: dict[str, object] = {
            "security_protocol": self.settings.security_protocol,
            "ssl_context": tls_context(self.settings),
        }
        if self.settings.security_protocol.startswith("SASL"):
            plain |= {
                "sasl_mechanism": self.settings.sasl_mechanism,
                "sasl_plain_username": self.settings.sasl_username,
                "sasl_plain_password": self.settings.sasl_password.reveal(),
            }
        return plain


def topic_name(settings: KafkaSettings, topic: str) -> str:
    """The name of a topic on the wire."""
    return f"{settings.prefix}{topic}"


def group_name(settings: KafkaSettings, stage: str) -> str:
    """The consumer group of a stage, which is its Faust app's id too."""
    return f"{settings.prefix}{stage}"


def changelog_name(settings: KafkaSettings, stage: str) -> str:
    """The changelog topic of a stage's states, as Faust derives it from the app's id and the table's name."""
    return f"{group_name(settings, stage)}-state-changelog"


async def first_offset(access: Access, name: str, partition: int, at_least: int) -> int:
    """The first offset from `at_least` on that holds a record; raises `TimeoutError` where none comes."""
    consumer = access.consumer()
    await consumer.start()
    try:
        tp = TopicPartition(name, partition)
        consumer.assign([tp])
        consumer.seek(tp, at_least)
        record = await asyncio.wait_for(consumer.getone(tp), _REQUEST_TIMEOUT_MS / 1000)
        return int(record.offset)
    finally:
        await consumer.stop()
