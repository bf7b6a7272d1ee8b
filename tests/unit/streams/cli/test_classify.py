"""`tocsin classify`, as another program calls it."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from streams.cli.classify import command
from streams.cli.lines import CHUNK_LINES
from streams.settings.schema import ClassifierSettings, Settings
from tests.contracts.tiny_checkpoint import write_checkpoint

LEXICON = Settings(classifier=ClassifierSettings(backend="lexicon"))


def run(*arguments: str, text: str | bytes = b"", settings: Settings | None = LEXICON) -> Result:
    return CliRunner().invoke(command, list(arguments), input=text, obj=settings)


def answers(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_one_line_in_one_line_out_with_the_embedded_model() -> None:
    """Label, three probabilities and the language of each line, in order, with no settings at all."""
    result = run(
        text="Quelle honte, service client nul !\n\nI love it, thank you\r\nno newline at the end", settings=None
    )
    assert result.exit_code == 0
    found = answers(result)
    assert [(a["label"], a["language"]) for a in found] == [
        ("negative", "fr"),
        ("neutral", "und"),
        ("positive", "en"),
        (found[3]["label"], "en"),
    ]
    assert list(found[0]) == ["label", "scores", "language"]
    assert list(found[0]["scores"]) == ["negative", "neutral", "positive"]
    assert sum(found[0]["scores"].values()) == pytest.approx(1.0, abs=1e-6)


def test_bad_lines_are_named_and_the_stream_goes_on() -> None:
    """Each bad JSONL line gets one line on stderr with its number; the others are answered; the exit code is 1."""
    lines = [
        '{"text": "service nul"}',
        "{not json",
        "",
        "[1]",
        '{"text": 5}',
        '{"id": 1}',
        '{"text": "merci \\ud800", "language": "fr-CA", "more": {}}',
        "[" * 100_000,
    ]
    result = run("--format", "jsonl", text="\n".join(lines))
    assert result.exit_code == 1
    assert [(a["label"], a["language"]) for a in answers(result)] == [("negative", "und"), ("positive", "fr")]
    complaints = result.stderr.splitlines()
    assert [line.split(": ")[1] for line in complaints] == [f"- line {n}" for n in (2, 4, 5, 6, 8)]
    assert "not JSON" in complaints[0] and "`text` is not a string" in complaints[2]


def test_long_input_keeps_its_order(tmp_path: Path) -> None:
    """More lines than fit a chunk, from a file, come back one for one, in order."""
    count = 2 * CHUNK_LINES + 3
    file = tmp_path / "posts.txt"
    file.write_bytes(b"\xef\xbb\xbf" + b"".join(b"nul\n" if n % 7 == 0 else b"caf\xe9\n" for n in range(count)))
    result = run(str(file))
    assert result.exit_code == 0
    assert [a["label"] == "negative" for a in answers(result)] == [n % 7 == 0 for n in range(count)]


def test_empty_input_is_no_mistake() -> None:
    """Nothing in, nothing out, exit code 0."""
    result = run()
    assert (result.exit_code, result.stdout) == (0, "")


def test_wrong_calls_exit_with_2(tmp_path: Path) -> None:
    """A missing file, a wrong option and an unavailable classifier are told in a line, without a traceback."""
    missing = run(str(tmp_path / "none.txt"))
    assert (missing.exit_code, "none.txt cannot be read" in missing.stderr) == (2, True)
    assert run("--format", "xml").exit_code == 2
    absent = Settings(classifier=ClassifierSettings(backend="transformers", checkpoint="./nowhere"))
    unavailable = run(settings=absent)
    assert unavailable.exit_code == 2
    assert "[classifier]: the checkpoint folder nowhere does not exist" in unavailable.stderr


def test_a_checkpoint_can_stand_in(tmp_path: Path) -> None:
    """`[classifier]` chooses the backend."""
    write_checkpoint(tmp_path)
    settings = Settings(classifier=ClassifierSettings(backend="transformers", checkpoint=str(tmp_path)))
    assert [a["label"] for a in answers(run(text="worst\nlove\n", settings=settings))] == ["negative", "positive"]


def test_text_in_windows_1252_is_read_with_its_accents() -> None:
    """One line in, one line out, and the same answer as for UTF-8."""
    text = "réseau très décevant, quelle honte\n"
    assert run(text=text.encode("cp1252")).stdout == run(text=text).stdout
