"""`tocsin check` from the outside: what it prints, and how it exits."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from streams.cli.check import command
from tests.unit.streams.settings.test_file import FIVE_MISTAKES
from tests.unit.streams.settings.test_lint import GOOD


def check(folder: Path, text: str, *options: str) -> Result:
    path = folder / "tocsin.toml"
    path.write_text(text, encoding="utf-8")
    return CliRunner().invoke(command, [str(path), *options], env={"TOCSIN_KAFKA__PREFIX": None})


def test_good_settings_say_what_is_fine(tmp_path: Path) -> None:
    """Exit code 0, and one line that counts what was found."""
    result = check(tmp_path, GOOD)
    assert result.exit_code == 0
    assert result.output == "1 brand, 1 channel, 1 source: settings are good\n"


def test_warnings_are_shown_and_do_not_fail(tmp_path: Path) -> None:
    """A channel that nobody uses is said; the exit code stays 0."""
    result = check(tmp_path, GOOD + '[channels.spare]\ntype = "terminal"\n')
    assert result.exit_code == 0
    assert "warning: " in result.stderr
    assert "channels.spare" in result.stderr
    assert result.stdout == "1 brand, 2 channels, 1 source: settings are good (1 warning)\n"


def test_five_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """Exit code 2, five lines, no traceback."""
    result = check(tmp_path, FIVE_MISTAKES)
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert len([line for line in lines if line.startswith("error: ")]) == 5
    assert lines[-1] == "5 mistakes: the settings are not usable"
    assert "Traceback" not in result.output


def test_lint_errors_fail(tmp_path: Path) -> None:
    """Well-formed settings that tell an unknown channel are wrong."""
    result = check(tmp_path, GOOD.replace('["care"]', '["nobody"]'))
    assert result.exit_code == 2
    assert 'there is no channel "nobody"' in result.stderr


@pytest.mark.parametrize(("text", "ok"), [(GOOD, True), (FIVE_MISTAKES, False)])
def test_json_is_one_object(tmp_path: Path, text: str, ok: bool) -> None:
    """`--json` prints one object with the errors, the warnings and the summary."""
    result = check(tmp_path, text, "--json")
    told = json.loads(result.stdout)
    assert told["ok"] is ok
    assert len(told["errors"]) == (0 if ok else 5)
    assert set(told) == {"ok", "summary", "errors", "warnings"}


def test_a_missing_file_is_one_line() -> None:
    """No file: exit code 2, with the remedy."""
    result = CliRunner().invoke(command, ["/nowhere/tocsin.toml"])
    assert result.exit_code == 2
    assert "/nowhere/tocsin.toml: there is no such file" in result.output


def test_missing_variables_hide_no_other_mistake(tmp_path: Path) -> None:
    """Whoever writes settings without their secrets hears of those, and of what else is wrong."""
    text = GOOD.replace('host = "', 'host = "${NO_SUCH_VARIABLE}').replace('["care"]', '["care", "nobody"]')
    lines = check(tmp_path, text).stderr.splitlines()
    assert len(lines) == 3
    assert "channels.care.host: needs the variable NO_SUCH_VARIABLE" in lines[0]
    assert 'brands[acme].channels: there is no channel "nobody"' in lines[1]
    assert lines[2] == "2 mistakes: the settings are not usable"


def test_one_mistake_is_told_once(tmp_path: Path) -> None:
    """A time zone that is none is one mistake, whoever looks at it."""
    lines = check(tmp_path, GOOD.replace("query =", 'timezone = "Paris"\nquery =')).stderr.splitlines()
    assert [line for line in lines if "timezone" in line] == [lines[0]]
