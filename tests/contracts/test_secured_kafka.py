"""A Kafka with TLS and logins: the pipeline goes through it, and whoever is kept out is told why, once and at once."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from models.clock import SystemClock
from models.records import AnyRecord, Signal, Tick, Topic
from streams.agents import FAILED, WRONG_CALL, serve_agent
from streams.brokers.kafka import Access
from streams.brokers.publisher import KafkaPublisher
from streams.brokers.reach import NoAnswer, knock, reaching
from streams.brokers.security import AccessRefused
from streams.brokers.topics import ensure_topics, source_plans
from streams.handover import Handover
from streams.main import main
from streams.publish import posted
from streams.settings.kinds import Secret
from streams.settings.schema import KafkaSettings, Settings
from tests.contracts.engines import KafkaEngine, quick_settings
from tests.contracts.kafka import running
from tests.contracts.secured_kafka import NO_GROUPS, STRANGER, USER, WRITER, SecuredKafka
from tests.contracts.toy import post, toy_stages

pytestmark = pytest.mark.kafka
WRONG = "not-the-password"
Change = Callable[[SecuredKafka], KafkaSettings]


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredKafka]:
    """One broker for the module, asking everybody who they are."""
    yield from running(lambda: SecuredKafka(tmp_path_factory.mktemp("secured")))


def changed(settings: KafkaSettings, **named: object) -> KafkaSettings:
    return msgspec.structs.replace(settings, **named)


def settings_file(folder: Path, kafka: KafkaSettings) -> Path:
    """The settings as somebody would write them, with the password in the file."""
    plain = {**msgspec.structs.asdict(kafka), "sasl_password": kafka.sasl_password.reveal()}
    lines = [f"{key} = {json.dumps(value)}" for key, value in plain.items()]
    path = folder / "tocsin.toml"
    brand = ["[[brands]]", 'name = "acme"', 'query = "acme"']
    path.write_text("\n".join([*brand, "[kafka]", *lines]), encoding="utf-8")
    return path


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.mark.parametrize("way", ["password", "certificate"])
async def test_the_pipeline_goes_through(secured: SecuredKafka, way: str) -> None:
    """Publisher, Faust's agents with their tables, and readers: all come in, by a login and by a certificate, with no
    rights but those that the documentation asks for.
    """
    kafka = secured.by_password(name="login.") if way == "password" else secured.by_certificate(name="card.")
    settings = msgspec.structs.replace(quick_settings(kafka.broker, kafka.prefix), kafka=kafka)
    engine = await KafkaEngine.prepared(settings, names=("understand", "spikes"))
    engine.agents.start_all()

    def told(records: Sequence[AnyRecord]) -> bool:
        return any(isinstance(r, Signal) and r.observed == 2 for r in records)

    try:
        await engine.feed(post(1), post(2), Tick(now=post(60).seen_at))
        signals = await engine.until(Topic.INCIDENT_EVENTS, told)
    finally:
        engine.agents.terminate_all()
    assert [s.brand for s in signals if isinstance(s, Signal)] == ["acme"]
    assert engine.agents.ended == []


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-512"])
def test_topics_are_made_and_posts_published_by_command(secured: SecuredKafka, mechanism: str, tmp_path: Path) -> None:
    """`tocsin check`, `topics` and `replay` with nothing but a settings file, by each way to log in."""
    path = settings_file(tmp_path, secured.by_password(mechanism, name=f"{mechanism}."))
    checked = call("check", str(path))
    assert (checked.exit_code, "kafka." in checked.stderr) == (0, False), checked.stderr
    made = call("topics", "--settings", str(path))
    assert made.exit_code == 0, made.stderr
    assert f"created  tocsin.{mechanism}.posts  2 partitions" in made.stdout
    posts = tmp_path / "posts.jsonl"
    posts.write_text(json.dumps({"id": "1", "text": "down again", "created_at": "2026-03-02T09:00:00Z"}) + "\n")
    played = call("replay", str(posts), "--speed", "0", "--settings", str(path))
    assert (played.exit_code, played.stdout.startswith("replayed: 1 published")) == (0, True), played.output


KEPT_OUT: dict[str, tuple[Change, str, str]] = {
    "a wrong password by SCRAM": (
        lambda s: changed(s.by_password(), sasl_password=Secret(WRONG)),
        "kafka.sasl_password",
        f"refuses the login of '{USER}' (correct sasl_username",
    ),
    "a wrong password by PLAIN": (
        lambda s: changed(s.by_password("PLAIN"), sasl_password=Secret(WRONG)),
        "kafka.sasl_password",
        f"refuses the login of '{USER}' (correct sasl_username",
    ),
    "a mechanism that is not offered": (
        lambda s: s.by_password("SCRAM-SHA-256"),
        "kafka.sasl_mechanism",
        "takes no login by SCRAM-SHA-256 (the broker's sasl.enabled.mechanisms",
    ),
    "another authority": (
        lambda s: changed(s.by_password(), ca_file=s.other_ca_file),
        "kafka.ca_file",
        "is not trusted: unable to get local issuer certificate (name the PEM file",
    ),
    "no authority of one's own": (
        lambda s: changed(s.by_password(), ca_file=""),
        "kafka.ca_file",
        "is not trusted: unable to get local issuer certificate (name the PEM file",
    ),
    "an authority's file that is not there": (
        lambda s: changed(s.by_password(), ca_file="/nowhere/ca.pem"),
        "kafka.ca_file",
        "/nowhere/ca.pem cannot be used: No such file or directory (the PEM file",
    ),
    "an authority's file that is something else": (
        lambda s: changed(s.by_password(), ca_file=s.key_file),
        "kafka.ca_file",
        "cannot be used: NO_CERTIFICATE_OR_CRL_FOUND (the PEM file",
    ),
    "a name that the certificate does not have": (
        lambda s: changed(s.by_password(), broker=s.by_password().broker.replace("127.0.0.1", "localhost")),
        "kafka.broker",
        "Hostname mismatch, certificate is not valid for 'localhost'. (name the broker as its certificate does)",
    ),
    "no certificate where one is asked for": (
        lambda s: changed(s.by_certificate(), cert_file="", key_file=""),
        "kafka.cert_file",
        "refuses this client's certificate (a certificate and its key_file",
    ),
    "a key without its certificate": (
        lambda s: changed(s.by_certificate(), cert_file=""),
        "kafka.cert_file",
        "is missing beside key_file (name this client's certificate",
    ),
    "a key behind a passphrase": (
        lambda s: changed(s.by_certificate(), key_file=s.locked_key_file),
        "kafka.key_file",
        "is behind a passphrase (openssl pkey",
    ),
    "a key that is another's": (
        lambda s: changed(s.by_certificate(), cert_file=s.ca_file),
        "kafka.key_file",
        "cannot be used: KEY_VALUES_MISMATCH (cert_file and key_file are PEM",
    ),
    "a login where none is taken": (
        lambda s: changed(
            s.by_certificate(), security_protocol="SASL_SSL", sasl_username=USER, sasl_password=Secret(s.password)
        ),
        "kafka.security_protocol",
        "takes no login (set it to SSL)",
    ),
    "no TLS where nothing else is spoken": (
        lambda s: changed(s.by_password(), security_protocol="SASL_PLAINTEXT"),
        "kafka.security_protocol",
        "speaks TLS only (set it to SASL_SSL)",
    ),
}


@pytest.mark.parametrize("case", KEPT_OUT)
async def test_whoever_is_kept_out_is_told_the_setting(secured: SecuredKafka, case: str) -> None:
    """Each refusal names the key, what the broker has against it, and the remedy; no secret is in it."""
    change, key, said = KEPT_OUT[case]
    with pytest.raises(AccessRefused) as caught:
        await knock(Access(change(secured)))
    assert caught.value.key == key
    assert said in str(caught.value)
    assert WRONG not in str(caught.value)
    assert secured.password not in str(caught.value)


async def test_one_good_broker_of_several_is_enough(secured: SecuredKafka) -> None:
    """A broker that is down, in a list with one that lets us in, keeps nobody out; alone, it may come back."""
    good = secured.by_password()
    await knock(Access(changed(good, broker=f"127.0.0.1:1,{good.broker}")))
    with pytest.raises(NoAnswer, match=r"no answer from Kafka at 127\.0\.0\.1:1 \(kafka\.broker\): .*refused"):
        await knock(Access(changed(good, broker="127.0.0.1:1")))


async def test_a_port_that_hangs_up_is_told_with_a_guess(secured: SecuredKafka) -> None:
    """A broker that only hangs up may be starting; the protocol is asked about, and waiting goes on."""
    with pytest.raises(NoAnswer, match=r"hangs up; is kafka\.security_protocol = SSL what it speaks\?"):
        await knock(Access(changed(secured.by_password(), security_protocol="SSL")))


@pytest.mark.parametrize(
    "case", ["a wrong password by SCRAM", "another authority", "an authority's file that is not there"]
)
@pytest.mark.parametrize("command", ["topics", "run", "replay", "why"])
def test_commands_tell_it_in_one_line(secured: SecuredKafka, case: str, command: str, tmp_path: Path) -> None:
    """File, key and remedy on one line of stderr, and exit code 2: no traceback, and nothing of Kafka's client."""
    change, key, said = KEPT_OUT[case]
    path = settings_file(tmp_path, change(secured))
    posts = tmp_path / "posts.jsonl"
    posts.touch()
    arguments = {"replay": [str(posts)], "why": ["acme"]}.get(command, [])
    done = call(command, *arguments, "--settings", str(path))
    assert done.exit_code == 2, done.output
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith(f"{path}: {key}: ")
    assert said in done.stderr


def test_check_reads_the_files(secured: SecuredKafka, tmp_path: Path) -> None:
    """What can be known without the broker is told before anything runs."""
    for case in ("an authority's file that is something else", "a key behind a passphrase", "a key that is another's"):
        change, key, said = KEPT_OUT[case]
        done = call("check", str(settings_file(tmp_path, change(secured))))
        assert done.exit_code == 2
        assert f"{key}: " in done.stderr
        assert said in done.stderr
    done = call("check", str(settings_file(tmp_path, changed(secured.by_password(), ca_file="/nowhere/ca.pem"))))
    assert "kafka.ca_file: there is no file /nowhere/ca.pem (mend the path" in done.stderr


NO_RIGHTS: dict[str, tuple[Change, str, str]] = {
    "no right to topics": (
        lambda s: s.by_password("PLAIN", user=STRANGER),
        "kafka.sasl_username",
        "(grant it Create, Describe, Read and Write on topics that begin with tocsin.)",
    ),
    "no right to groups": (
        lambda s: s.by_password("PLAIN", name="alone.", user=NO_GROUPS),
        "kafka.sasl_username",
        f"{NO_GROUPS!r} may not join the consumer group tocsin.alone.understand (grant it Read on groups that",
    ),
}


def test_a_login_without_rights_is_told_which(secured: SecuredKafka, tmp_path: Path) -> None:
    """Who may come in, and touch nothing, learns what to ask for."""
    change, key, said = NO_RIGHTS["no right to topics"]
    path = settings_file(tmp_path, change(secured))
    done = call("topics", "--settings", str(path))
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1), done.output
    assert done.stderr.startswith(f"{path}: {key}: {STRANGER!r} may not see the topic tocsin.")
    assert said in done.stderr


@pytest.mark.parametrize("case", ["a wrong password by SCRAM", "another authority", *NO_RIGHTS])
async def test_an_agent_ends_and_is_not_started_again(
    secured: SecuredKafka, case: str, caplog: pytest.LogCaptureFixture
) -> None:
    """An agent that is kept out says so in one line, and ends with the code that tells its supervisor to leave it."""
    change, key, said = {**KEPT_OUT, **NO_RIGHTS}[case]
    told = Handover(agent="understand", settings=Settings(kafka=change(secured)), metrics_port=-1)
    with caplog.at_level(logging.INFO):
        code = await asyncio.wait_for(serve_agent(told, stop=asyncio.Event(), stages=toy_stages()), 100)
    assert code == WRONG_CALL
    lines = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [(record.name, record.exc_info) for record in lines] == [("streams.agents", None)]
    assert lines[0].getMessage().startswith(f"{key}: ")
    assert said in lines[0].getMessage()


async def test_an_agent_that_may_not_read_says_so(secured: SecuredKafka, caplog: pytest.LogCaptureFixture) -> None:
    """Rights that are missing only once an agent works end it with their name, too."""
    kafka = secured.by_password("PLAIN", name="half.", user=WRITER)
    owner = Access(secured.by_password("PLAIN", name="half."))
    await ensure_topics(owner, source_plans(kafka))
    async with KafkaPublisher(owner, SystemClock(), stage="test") as publisher:
        await publisher.publish([posted(post(1))])
    told = Handover(agent="understand", settings=Settings(kafka=kafka), metrics_port=-1)
    assert await asyncio.wait_for(serve_agent(told, stop=asyncio.Event(), stages=toy_stages()), 100) == FAILED
    said = [record.getMessage() for record in caplog.records if record.name == "streams.agents"]
    remedy = "(grant it Read on topics that begin with tocsin.half.)"
    assert said == [f"understand: kafka.sasl_username: 'writer' may not read the topic tocsin.half.posts {remedy}"]


async def test_a_client_says_it_too(secured: SecuredKafka) -> None:
    """What fails after the first connection is told by its reason as well: here an administrator's client."""
    kafka = changed(secured.by_password(), sasl_password=Secret(WRONG))
    with pytest.raises(AccessRefused, match=r"kafka\.sasl_password"):
        async with reaching(Access(kafka)):
            await ensure_topics(Access(kafka), source_plans(kafka))
