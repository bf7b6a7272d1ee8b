"""The example settings hold every key, with words, and can be used as they stand."""

import re
import tomllib

from streams.settings.file import parse
from streams.settings.lint import lint
from streams.settings.problems import Level
from streams.settings.schema import Settings
from tests.docs_tables import EXAMPLE, example_words, setting_keys, uncommented

TEXT = EXAMPLE.read_text(encoding="utf-8")
ENVIRON = {name: f"{name}-0123456789abcdef" for name in re.findall(r"\$\{(\w+)\}", TEXT)}


def test_the_example_is_good() -> None:
    """With its variables set, the example parses, and the lint finds no error in it."""
    settings = parse(TEXT, "example", ENVIRON)
    assert settings.brands[0].name == "acme"
    assert [remark for remark in lint(settings) if remark.level is Level.ERROR] == []


def test_what_is_switched_off_is_good_too() -> None:
    """With every `#key` switched on the example still parses: no line of it is wrong."""
    text = uncommented(TEXT).replace('"${SLACK_WEBHOOK_URL}"', '"https://hooks.example/1"')
    settings = parse(text, "example", ENVIRON)
    assert len(settings.channels) == 7
    assert len(settings.sources) == 4


def test_every_key_is_there_with_words() -> None:
    """Each key of the types, and no other, is in the example, and is explained."""
    words = example_words(TEXT)
    assert set(words) == {key for key, _ in setting_keys()}
    assert [key for key, text in words.items() if len(text) < 10] == []


def test_written_values_are_the_defaults_where_it_says_so() -> None:
    """Where the prose names no other default, what is written is what leaving it out would mean."""
    plain = tomllib.loads(TEXT)
    defaults = Settings()
    for table in ("engine", "incidents", "metrics", "spikes", "classifier"):
        for key, value in plain[table].items():
            assert value == getattr(getattr(defaults, table), key), f"{table}.{key}"
