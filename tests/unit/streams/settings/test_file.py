"""The settings file: every mistake is told at once, and no secret is ever told."""

import string
import traceback
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.settings.channels import MailSettings, SlackSettings
from streams.settings.file import load, parse
from streams.settings.kinds import Secret
from streams.settings.problems import SettingsError
from streams.settings.schema import Settings

FIVE_MISTAKES = """
publik_url = "https://tocsin.example"

[[brands]]
name = "acme"
query = "acme"
locale = "fre"

[channels.crisis]
type = "mail"
sender = "tocsin@acme.example"
to = ["care@acme.example"]
port = "587"

[kafka]
partitions = 0
"""


def problems(text: str, **environ: str) -> dict[str, str]:
    """What is wrong with a text: key → message and remedy."""
    with pytest.raises(SettingsError) as caught:
        parse(text, "tocsin.toml", environ)
    return {problem.key: f"{problem.message} ({problem.remedy})" for problem in caught.value.problems}


def test_five_mistakes_give_five_messages_at_once() -> None:
    """A file with five different mistakes gives five messages, each on its line with its key and a remedy."""
    with pytest.raises(SettingsError) as caught:
        parse(FIVE_MISTAKES, "tocsin.toml", {})
    assert str(caught.value).splitlines() == [
        "tocsin.toml: publik_url: is not a known key (did you mean public_url?)",
        'tocsin.toml: brands[acme].locale: must be "en" or "fr" (did you mean "fr"?)',
        "tocsin.toml: channels.crisis.port: must be a whole number, not text (write it without quotes)",
        "tocsin.toml: channels.crisis.host: is missing (it must be text)",
        "tocsin.toml: kafka.partitions: must be from 1 to 1000, not 0",
    ]


@pytest.mark.parametrize("tick", ["0", "1e-7"])
def test_time_that_would_never_pass_is_refused(tick: str) -> None:
    """A step between ticks below what dates can hold is a mistake of the settings, told with its range."""
    said = problems(f"[engine]\ntick_s = {tick}")["engine.tick_s"]
    assert said.startswith("must be from 0.001 to ")


def test_an_empty_file_is_all_defaults() -> None:
    """Whatever is not written has its default."""
    assert parse("", "tocsin.toml", {}) == Settings()


def test_a_good_file_becomes_settings() -> None:
    """Tables become their types, and whole numbers are good where numbers are asked for."""
    settings = parse(
        '[[brands]]\nname = "acme"\nquery = "acme"\nviral_shares = 50\n'
        '[channels.care]\ntype = "mail"\nhost = "mx"\nsender = "a@b.example"\nto = ["c@d.example"]\n'
        "[engine]\ntick_s = 3\n",
        "tocsin.toml",
        {},
    )
    assert settings.brands[0].viral_shares == 50
    assert isinstance(settings.channels["care"], MailSettings)
    assert settings.engine.tick_s == 3


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("a = \n", "line 1, column 5", "Invalid value"),
        ("\n\n[kafka\n", "line 3", "Expected"),
        ('x = "unclosed', "line 1", ""),
        ("a = 1\na = 2\n", "line 2", "Cannot overwrite"),
        ("a = " + "9" * 5000, "", "too many digits"),
        ("a = " + "[" * 5000, "", "nested too deeply"),
    ],
)
def test_a_syntax_error_says_its_line(text: str, where: str, what: str) -> None:
    """Text that is not TOML is refused with the line, where there is one."""
    found = problems(text)
    assert len(found) == 1
    key, message = next(iter(found.items()))
    assert key.startswith(where)
    assert what in message


def test_a_table_in_place_of_a_list_of_tables_is_explained() -> None:
    """`[brands]` with one bracket is a common slip; the remedy says two."""
    assert "[[brands]]" in problems('[brands]\nname = "acme"\n')["brands"]


@pytest.mark.parametrize(
    ("line", "key", "what"),
    [
        ("public_url = 5", "public_url", "must be text, not a whole number"),
        ("kafka = 5", "kafka", "must be a table, not a whole number"),
        ("incidents.close_after_min = 1e15", "incidents.close_after_min", "must be at most 1000000000"),
        ("kafka.session_timeout_s = 1e300", "kafka.session_timeout_s", "must be at most 1000000000"),
        ("kafka.partitions = true", "kafka.partitions", "must be a whole number, not true or false"),
        ("kafka.partitions = 2.5", "kafka.partitions", "must be a whole number, not one with a fraction"),
        ("engine.tick_s = nan", "engine.tick_s", "finite"),
        ("engine.stuck_after_s = 0", "engine.stuck_after_s", "more than 0"),
        ("engine.tick_s = 2026-01-01", "engine.tick_s", "not a date"),
        ('kafka.prefix = "a b"', "kafka.prefix", "not allowed"),
        ("brands = [5]", "brands[0]", "must be a table"),
        ('brands = [{name = "", query = "x"}]', "brands[0].name", "is empty"),
        ('brands = [{name = "a", query = "x", channels = "care"}]', "brands[a].channels", "brackets"),
        ('channels.care = "x"', "channels.care", "must be a table"),
        ("channels.care = {}", "channels.care.type", "is missing"),
        ('channels."a\\nb" = {type = "slak"}', 'channels."a\\nb".type', 'did you mean "slack"?'),
        ('channels.c = {type = "slack", channel = "C1", token = ""}', "channels.c.token", "is empty"),
        ('channels.c = {type = "slack", channel = "C1", token = 7}', "channels.c.token", "must be text"),
        ('sources = [{type = "feeds", name = "press", urls = []}]', "sources[press].urls", "is empty"),
    ],
)
def test_each_kind_of_mistake_has_its_words(line: str, key: str, what: str) -> None:
    """Wrong types, ranges, patterns, tags and missing keys are each called by name."""
    found = problems(line)
    assert list(found) == [key]
    assert what in found[key]


def test_a_mistyped_required_key_is_one_mistake() -> None:
    """`tokn` in place of `token` is told once: not also as a missing key."""
    assert list(problems('channels.c = {type = "slack", channel = "C1", tokn = "x"}')) == ["channels.c.tokn"]


def test_variables_fill_texts() -> None:
    """`${NAME}` is replaced inside texts and secrets; `$${` stands for the signs themselves."""
    text = 'public_url = "https://${HOST}/$${x}"\n[channels.c]\ntype = "slack"\nchannel = "C1"\ntoken = "${TOKEN}"\n'
    settings = parse(text, "tocsin.toml", {"HOST": "h.example", "TOKEN": "xoxb-1"})
    assert settings.public_url == "https://h.example/${x}"
    channel = settings.channels["c"]
    assert isinstance(channel, SlackSettings)
    assert channel.token.reveal() == "xoxb-1"


def test_an_unset_variable_is_named() -> None:
    """A variable that is not set is a problem that names it, once, and with the key that needs it."""
    found = problems('[channels.c]\ntype = "slack-webhook"\nurl = "${SLACK_URL}"\n')
    assert list(found) == ["channels.c.url"]
    assert "SLACK_URL" in found["channels.c.url"]


def test_a_broken_reference_is_a_mistake() -> None:
    """`${` without a name is not taken for text."""
    assert "${NAME}" in problems('public_url = "${not a name}"')["public_url"]


def test_any_key_can_be_overridden() -> None:
    """`TOCSIN_…` variables reach texts, numbers, lists, entries by name, and channels that the file lacks."""
    text = '[[brands]]\nname = "acme-fr"\nquery = "acme"\n[channels.c]\ntype = "slack-webhook"\nurl = "${UNSET}"\n'
    environ = {
        "TOCSIN_PUBLIC_URL": "https://t.example",
        "TOCSIN_KAFKA__BROKER": "k1:9092,k2:9092",
        "TOCSIN_KAFKA__PARTITIONS": "8",
        "TOCSIN_BRANDS__ACME_FR__CHANNELS": '["c"]',
        "TOCSIN_CHANNELS__C__URL": "https://hooks.example/1",
        "TOCSIN_CHANNELS__SHELL__TYPE": "terminal",
        "TOCSIN_CHANNELS__SHELL__COLOR": "false",
        "TOCSIN_SOURCES": '[{type = "bluesky", name = "sky"}]',
        "HOME": "/root",
    }
    settings = parse(text, "tocsin.toml", environ)
    assert settings.kafka.broker == "k1:9092,k2:9092"
    assert settings.kafka.partitions == 8
    assert settings.brands[0].channels == ("c",)
    assert set(settings.channels) == {"c", "shell"}
    assert settings.sources[0].name == "sky"
    assert settings.public_url == "https://t.example"


@pytest.mark.parametrize(
    ("variable", "value", "what"),
    [
        ("TOCSIN_KAFKA__BROKR", "x", "TOCSIN_KAFKA__BROKER"),
        ("TOCSIN_WHATEVER", "x", "names no key"),
        ("TOCSIN_", "x", "names no key"),
        ("TOCSIN_PUBLIC_URL__X", "x", "has no keys"),
        ("TOCSIN_BRANDS__NOBODY__QUERY", "x", "no entry"),
        ("TOCSIN_KAFKA__PARTITIONS", "many", "must be a whole number"),
        ("TOCSIN_KAFKA__PARTITIONS", "0", "from 1 to 1000"),
        ("TOCSIN_KAFKA__PARTITIONS", "1\nb = 2", "must be a whole number"),
    ],
)
def test_a_wrong_variable_is_told_by_its_name(variable: str, value: str, what: str) -> None:
    """A variable that names nothing, or holds what does not fit, is a mistake in the environment."""
    with pytest.raises(SettingsError) as caught:
        parse("", "tocsin.toml", {variable: value})
    (problem,) = caught.value.problems
    assert (problem.file, problem.key) == ("environment", variable)
    assert what in str(problem)


def test_a_file_that_cannot_be_read_is_told_in_one_line(tmp_path: Path) -> None:
    """No file, a folder, and bytes that are no text give one line each, with the path."""
    (tmp_path / "latin.toml").write_bytes(b'public_url = "caf\xe9"')
    for name, what in (("none.toml", "no such file"), (".", "folder"), ("latin.toml", "UTF-8")):
        with pytest.raises(SettingsError) as caught:
            load(tmp_path / name, {})
        assert what in str(caught.value)
        assert len(str(caught.value).splitlines()) == 1


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    """Editors on Windows write one; it changes nothing."""
    (tmp_path / "tocsin.toml").write_bytes(b"\xef\xbb\xbf[kafka]\r\npartitions = 2\r\n")
    assert load(tmp_path / "tocsin.toml", {}).kafka.partitions == 2


SECRET = "hunter2-Zq9"


@pytest.mark.parametrize(
    "text",
    [
        f'[console]\ntoken = "{SECRET}"\nport = "x"\n',
        f"[console]\ntoken = {SECRET}\n",
        f'[console]\ntoken = ["{SECRET}"]\n',
        f'[console]\ntoken = "{SECRET}\n',
        f'[console]\ntokn = "{SECRET}"\n',
        f'[console]\ntoken = "{SECRET}"\ntoken = "{SECRET}"\n',
        '[kafka]\npartitions = "${S}"\nbroker = 5\n',
        '[[brands]]\nname = "${S}"\nquery = 5\nlocale = "${S}"\n[channels.a]\ntype = "${S}"\n',
        f'[channels]\nc = "{SECRET}"\n',
    ],
)
def test_an_error_never_shows_a_secret(text: str) -> None:
    """Neither the message nor a printed traceback holds the secret, wherever in the file it went wrong."""
    with pytest.raises(SettingsError) as caught:
        parse(text, "tocsin.toml", {"S": SECRET, "TOCSIN_CONSOLE__HOST": SECRET, "TOCSIN_ENGINE__BATCH": SECRET})
    assert SECRET not in str(caught.value)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_settings_can_be_printed_without_their_secrets() -> None:
    """`repr` of all settings, as a log or a debugger would print them, holds no secret."""
    settings = parse(f'[console]\ntoken = "{SECRET}"\n[kafka]\nsasl_password = "${{S}}"\n', "t", {"S": SECRET})
    assert settings.console.token == Secret(SECRET)
    assert SECRET not in repr(settings)
    assert SECRET not in f"{settings.kafka} {settings.console.token!s}"


_KEYS = st.sampled_from(
    ["name", "query", "type", "token", "brands", "channels", "kafka", "console", "sources", "port", "url", "x y"]
) | st.text(max_size=5)
_PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["mail", "slack", "${X}", "${", "replay", "9092"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)


def _toml(value: Any) -> str:
    """A value as inline TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(_toml(each) for each in value)}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(key)} = {_toml(each)}" for key, each in value.items()) + "}"
    return _quoted(value or "")


def _quoted(text: str) -> str:
    return '"' + "".join(f"\\U{ord(char):08X}" for char in text) + '"'


@given(st.dictionaries(_KEYS, _PLAIN, max_size=6), st.dictionaries(_KEYS, st.text(max_size=6), max_size=3))
def test_any_toml_is_settings_or_a_settings_error(data: dict[str, Any], variables: dict[str, str]) -> None:
    """Whatever a TOML file and the environment hold: settings, or one line per problem."""
    text = "\n".join(f"{_quoted(key)} = {_toml(value)}" for key, value in data.items())
    environ = {f"TOCSIN_{key.upper()}": value for key, value in variables.items()}
    try:
        parse(text, "tocsin.toml", environ)
    except SettingsError as error:
        assert len(str(error).splitlines()) == len(error.problems)


@given(st.text())
def test_any_text_is_settings_or_a_settings_error(text: str) -> None:
    """Whatever bytes stand in the file, nothing but a settings error leaves the parser."""
    try:
        parse(text, "tocsin.toml", {})
    except SettingsError as error:
        assert str(error)


@given(
    st.text(string.ascii_letters + string.digits, min_size=8, max_size=20).map(lambda text: f"s3cr-{text}"),
    st.sampled_from(["x", '["{}"]', "{}", '"{}', '{{a = "{}"}}', '"{}"\nother = 1', "'{}'\n[kafka]\npartitions = 0"]),
)
def test_no_way_of_writing_a_secret_wrongly_shows_it(secret: str, form: str) -> None:
    """Quoted, unquoted, in a list or half open: the text of the error does not have the secret."""
    try:
        parse(f"[console]\ntoken = {form.format(secret)}\nport = 'x'\n", "tocsin.toml", {})
    except SettingsError as error:
        assert secret not in str(error)


def test_variables_of_spared_tables_need_not_be_set() -> None:
    """What a command does not use it does not ask for; every other table, and a `${` without a name, still count."""
    text = '[console]\ntoken = "${NOT_SET}"\n'
    settings = parse(text, "t.toml", {}, spared=("console",))
    assert settings.console.token.reveal() == "${NOT_SET}"
    assert parse(text, "t.toml", {"NOT_SET": "x"}, spared=("console",)).console.token.reveal() == "x"
    for spared, wrong in ((("kafka",), text), (("console",), text.replace("${NOT_SET}", "${"))):
        with pytest.raises(SettingsError):
            parse(wrong, "t.toml", {}, spared=spared)


def test_a_number_from_the_environment_is_told_how() -> None:
    """Texts alone take ${NAME}: without its quotes the file would be no TOML, and the next advice would lead back."""
    text = (
        '[channels.care]\ntype = "mail"\nhost = "h"\nport = "${PORT}"\nsender = "a@b.example"\nto = ["c@d.example"]\n'
    )
    with pytest.raises(SettingsError) as caught:
        parse(text, "tocsin.toml", {"PORT": "25"})
    assert [str(problem) for problem in caught.value.problems] == [
        "tocsin.toml: channels.care.port: must be a whole number, not text "
        "(${…} stands in texts only: leave the key out, and set TOCSIN_CHANNELS__CARE__PORT)"
    ]
    assert parse(text, "tocsin.toml", {"PORT": "25", "TOCSIN_CHANNELS__CARE__PORT": "26"})
    left_out = text.replace('port = "${PORT}"\n', "")
    assert parse(left_out, "tocsin.toml", {"TOCSIN_CHANNELS__CARE__PORT": "26"})
