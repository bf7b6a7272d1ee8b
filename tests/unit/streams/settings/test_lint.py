"""Settings that are well-formed and still wrong are told with their key."""

import pytest

from streams.settings.file import parse
from streams.settings.lint import lint
from streams.settings.problems import Level

GOOD = """
public_url = "https://tocsin.acme.example"

[[brands]]
name = "acme"
query = "acme"
channels = ["care"]

[channels.care]
type = "mail"
host = "smtp.acme.example"
sender = "tocsin@acme.example"
to = ["care@acme.example"]

[[sources]]
type = "feeds"
name = "press"
urls = ["https://news.example/rss"]

[kafka]
broker = "kafka-1:9092,kafka-2:9092"
replication = 2
"""

SLACK = GOOD + '[channels.team]\ntype = "slack"\ntoken = "xoxb-1"\nchannel = "C1"\n'


def remarks(text: str) -> dict[str, tuple[Level, str]]:
    """What is said about a text: key → level and message."""
    settings = parse(text, "tocsin.toml", {})
    return {each.key: (each.level, each.message) for each in lint(settings, exists=lambda path: path == "here.jsonl")}


OTHERS = (
    GOOD
    + """
[channels.pager]
type = "pagerduty"
routing_key = "0123456789"
[channels.desk]
type = "webhook"
url = "https://desk.example/hook"
secret = "0123456789abcdef"
[channels.chat]
type = "apprise"
urls = ["json://desk.example/token"]
"""
).replace('["care"]', '["care", "pager", "desk", "chat"]')


def test_good_settings_have_no_remarks() -> None:
    """A brand, a channel, a source and a cluster: nothing to say."""
    assert remarks(GOOD) == {}
    assert remarks(OTHERS) == {}


@pytest.mark.parametrize(
    ("text", "key", "level", "what"),
    [
        ("", "brands", Level.ERROR, "no brand"),
        ("", "sources", Level.WARNING, "no source"),
        ("", "channels", Level.WARNING, "no channel"),
        ("", "kafka.broker", Level.WARNING, "forgets"),
        (GOOD.replace('["care"]', "[]"), "brands[acme].channels", Level.WARNING, "nobody"),
        (GOOD.replace('["care"]', '["car"]'), "brands[acme].channels", Level.ERROR, 'no channel "car"'),
        (GOOD.replace("host =", 'failover = "car"\nhost ='), "channels.care.failover", Level.ERROR, 'no channel "car"'),
        (
            GOOD.replace("host =", 'failover = "care"\nhost ='),
            "channels.care.failover",
            Level.WARNING,
            "back to itself",
        ),
        (GOOD + '[delivery]\noperator = "ops"\n', "delivery.operator", Level.ERROR, 'no channel "ops"'),
        (OTHERS.replace("https://desk", "http://desk"), "channels.desk.url", Level.ERROR, "plain http"),
        (OTHERS.replace("89abcdef", ""), "channels.desk.secret", Level.WARNING, "guessed"),
        (OTHERS.replace("json://", "bogus://"), "channels.chat.urls", Level.ERROR, "number 1 is no address"),
        (
            OTHERS.replace("routing_key", 'base_url = "http://x"\nrouting_key'),
            "channels.pager.base_url",
            Level.ERROR,
            "plain http",
        ),
        (GOOD + '[console]\nlink_secret = "short"\n', "console.link_secret", Level.WARNING, "guessed"),
        (
            GOOD + '[console]\nlink_secret = "0123456789abcdef"\ntoken = "0123456789abcdef"\n',
            "console.link_secret",
            Level.ERROR,
            "same as",
        ),
        (GOOD.replace('["care"]', '["car"]'), "channels.care", Level.WARNING, "no brand uses"),
        (GOOD + '[[brands]]\nname = "acme"\nquery = "x"\n', "brands", Level.ERROR, "2 times"),
        (GOOD.replace("query =", 'timezone = "Mars"\nquery ='), "brands[acme].timezone", Level.ERROR, "no time zone"),
        (GOOD.replace("query =", 'timezone = "Paris"\nquery ='), "brands[acme].timezone", Level.ERROR, "Europe/Paris?"),
        (
            GOOD.replace(
                "query =", 'events = [{name = "sale", starts = "2026-11-28", ends = "2026-11-27", factor = 2}]\nquery ='
            ),
            "brands[acme].events",
            Level.ERROR,
            "ends before",
        ),
        (
            GOOD.replace(
                "query =", 'events = [{name = "sale", starts = "soon", ends = "2026-11-27", factor = 2}]\nquery ='
            ),
            "brands[acme].events[0].starts",
            Level.ERROR,
            "no date and time",
        ),
        (GOOD.replace("query =", 'timezone = "../x"\nquery ='), "brands[acme].timezone", Level.ERROR, "no time zone"),
        (GOOD.replace("query =", 'timezone = "Europe"\nquery ='), "brands[acme].timezone", Level.ERROR, "no time zone"),
        (GOOD + '[[sources]]\ntype = "bluesky"\nname = "press"\n', "sources", Level.ERROR, "2 times"),
        (GOOD.replace('"mail"', '"mail"\ntls = "none"'), "channels.care.tls", Level.ERROR, "plain text"),
        (GOOD.replace('"mail"', '"mail"\nport = 465'), "channels.care.tls", Level.WARNING, "first byte"),
        (GOOD.replace('"mail"', '"mail"\nport = 25'), "channels.care.port", Level.WARNING, "25"),
        (GOOD.replace('"mail"', '"mail"\nusername = "u"'), "channels.care.password", Level.WARNING, "without"),
        (GOOD.replace('"mail"', '"mail"\nca_file = "ca.pem"'), "channels.care.ca_file", Level.ERROR, "no file"),
        (GOOD.replace('["care@acme.example"]', '["care"]'), "channels.care", Level.ERROR, "not one mail address"),
        (
            GOOD.replace('["care@acme.example"]', '["a@a.example, b@a.example"]'),
            "channels.care",
            Level.ERROR,
            "not one mail address",
        ),
        (GOOD.replace('["care@acme.example"]', '["léa@acme.example"]'), "channels.care", Level.ERROR, "accents"),
        (GOOD.replace("https://news", "ftp://news"), "sources[press].urls", Level.ERROR, "no web address"),
        (GOOD + '[console]\nhost = "0.0.0.0"\n', "console.token", Level.ERROR, "anybody"),
        (GOOD + '[console]\ntoken = "short"\n', "console.token", Level.WARNING, "guessed"),
        (GOOD + "[console]\nport = 9466\n", "console.port", Level.ERROR, "metrics.port"),
        (GOOD + "[metrics]\nport = 65530\n", "metrics.port", Level.ERROR, "no room"),
        (GOOD.replace("https://tocsin", "tocsin"), "public_url", Level.ERROR, "no web address"),
        (GOOD.replace('public_url = "https://tocsin.acme.example"', ""), "public_url", Level.WARNING, "no link"),
        (GOOD.replace("kafka-1:9092", "embedded"), "kafka.broker", Level.ERROR, "host:port"),
        ('kafka = {broker = "embedded", replication = 3}', "kafka.replication", Level.ERROR, "one copy"),
        (GOOD + 'security_protocol = "SASL_SSL"', "kafka.sasl_username", Level.ERROR, "needs"),
        (GOOD + 'sasl_password = "p"', "kafka.sasl_username", Level.WARNING, "does nothing"),
        (GOOD + 'ca_file = "here.jsonl"', "kafka.ca_file", Level.WARNING, "does nothing"),
        (GOOD + 'security_protocol = "SSL"\nca_file = "ca.pem"', "kafka.ca_file", Level.ERROR, "no file"),
        (GOOD + 'security_protocol = "SSL"\nca_file = "here.jsonl"', "kafka.ca_file", Level.ERROR, "cannot be used"),
        (GOOD + 'security_protocol = "SSL"\nkey_file = "here.jsonl"', "kafka.cert_file", Level.ERROR, "missing"),
        (GOOD + "[incidents]\nrepeat_min = 500", "incidents.repeat_max_min", Level.ERROR, "less"),
        (GOOD + "[engine]\nstuck_after_s = 5", "engine.stuck_after_s", Level.WARNING, "rebalance"),
        (GOOD + "[engine]\nstandby_replicas = 9", "engine.standby_replicas", Level.WARNING, "partitions"),
        (GOOD + '[classifier]\nbackend = "transformers"', "classifier.checkpoint", Level.ERROR, "missing"),
        (
            GOOD + '[classifier]\nbackend = "transformers"\ncheckpoint = "./m"',
            "classifier.checkpoint",
            Level.ERROR,
            "no folder",
        ),
        (
            GOOD + '[classifier]\nbackend = "transformers"\ncheckpoint = "org/model"',
            "classifier.checkpoint",
            Level.WARNING,
            "downloaded",
        ),
        (
            GOOD + '[channels.bell]\ntype = "slack-webhook"\nurl = "http://h.example/x"',
            "channels.bell.url",
            Level.ERROR,
            "plain http",
        ),
        (SLACK.replace("xoxb-", "xapp-"), "channels.team.token", Level.ERROR, "not the bot's"),
        (SLACK.replace("xoxb-", "xoxp-"), "channels.team.token", Level.WARNING, "is it the bot's?"),
        (SLACK.replace('channel = "', 'channel = "#'), "channels.team.channel", Level.ERROR, "no id of a channel"),
        (GOOD.replace('name = "acme"', 'name = "acme mobile"'), "brands[acme mobile].name", Level.WARNING, "a space"),
        (SLACK + 'signing_secret = "xoxb-1234567890123456"', "channels.team.signing_secret", Level.ERROR, "a token"),
        (SLACK + 'signing_secret = "short"', "channels.team.signing_secret", Level.ERROR, "guessed"),
        (SLACK + 'app_token = "xoxb-1"', "channels.team.app_token", Level.ERROR, "no app-level token"),
        (
            SLACK + f'signing_secret = "{"0" * 32}"\napp_token = "xapp-1"',
            "channels.team.app_token",
            Level.WARNING,
            "sends nothing to the HTTP door",
        ),
        (SLACK + 'buttons = "people"', "channels.team.buttons", Level.WARNING, "nobody could press"),
        (
            GOOD + '[[sources]]\ntype = "replay"\nname = "old"\npath = "no.csv"',
            "sources[old].path",
            Level.ERROR,
            "no file",
        ),
        (
            GOOD + '[[sources]]\ntype = "webhook"\nname = "in"\nsecret = "x"',
            "sources[in].secret",
            Level.WARNING,
            "guessed",
        ),
    ],
)
def test_each_oddity_is_told(text: str, key: str, level: Level, what: str) -> None:
    """Each way in which settings can tell nobody, hear nothing or leak has its remark, at its level."""
    found = remarks(text)
    assert found[key][0] is level
    assert what in found[key][1]


@pytest.mark.parametrize("url", ["http://[::1]:9000/hook", "HTTPS://desk.example/hook"])
def test_addresses_that_keep_a_secret_are_fine(url: str) -> None:
    """This machine, by whatever name, and TLS, however it is written."""
    assert "channels.desk.url" not in remarks(OTHERS.replace("https://desk.example/hook", url))


def test_files_that_exist_are_fine() -> None:
    """A replay whose file is there gives no remark."""
    text = GOOD + '[[sources]]\ntype = "replay"\nname = "old"\npath = "here.jsonl"\n'
    assert remarks(text) == {}


def test_the_same_place_twice_is_told() -> None:
    """Two channels that go to the same mailbox tell people twice."""
    twin = GOOD + '[channels.twin]\ntype = "mail"\nhost = "smtp.acme.example"\nsender = "tocsin@acme.example"\n'
    found = remarks(twin.replace('["care"]', '["care", "twin"]') + 'to = ["care@acme.example"]\n')
    assert "same place as channels.care" in found["channels.twin"][1]


def test_a_budget_that_does_not_parse_is_told() -> None:
    """The budget's own words are passed on, with its key."""
    found = remarks(GOOD + '[spikes]\nfalse_alarms = "seldom"\n')
    level, message = found["spikes.false_alarms"]
    assert level is Level.ERROR
    assert message.startswith("'seldom' is no false-alarm budget: write NUMBER/PERIOD")


def test_only_the_embedded_model_can_be_thorough() -> None:
    """Whoever asks another for it believes to have more than they get."""
    found = remarks(GOOD + '[classifier]\nbackend = "lexicon"\nthorough = true\n')
    assert found["classifier.thorough"] == (Level.WARNING, "does nothing with the backend lexicon")
    assert "classifier.thorough" not in remarks(GOOD + "[classifier]\nthorough = true\n")


def test_own_words_of_risk_need_a_known_topic_and_a_word() -> None:
    """A topic that no alert could name, and a phrase that nothing can match, are mistakes."""
    found = remarks(GOOD + '[risk]\nwords = { recall = ["x"], outage = ["*"] }\nharmless = ["_"]\n')
    assert found["risk.words.recall"][0] is Level.ERROR
    assert "safety-recall" in found["risk.words.recall"][1]
    assert found["risk.words.outage"] == (Level.ERROR, "'*' has no word to look for")
    assert found["risk.harmless"] == (Level.ERROR, "'_' has no word to look for")
    assert not any(key.startswith("risk") for key in remarks(GOOD + '[risk]\nwords = { outage = ["error 7"] }\n'))
