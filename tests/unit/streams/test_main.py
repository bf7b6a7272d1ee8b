"""The command line as a whole: its list of commands, and what no command can help."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from streams.main import COMMANDS, main


def test_each_command_has_a_whole_sentence() -> None:
    """The list of commands cuts no sentence off, and all of them speak in one voice."""
    told = CliRunner().invoke(main, ["--help"]).stdout.partition("Commands:\n")[2]
    assert "..." not in told
    first = [line.split()[1] for line in told.splitlines() if line.strip() and line[2] != " "]
    assert len(first) == len(COMMANDS)
    assert all(word[0].isupper() and not word.endswith("s") for word in first)


def test_a_slip_is_answered_with_the_command_that_was_meant() -> None:
    """`tocsin clasify` names `classify`."""
    told = CliRunner().invoke(main, ["clasify"])
    assert told.exit_code == 2
    assert "Did you mean classify?" in told.stderr
    assert "Did you mean" not in CliRunner().invoke(main, ["zzz"]).stderr


@pytest.mark.parametrize(
    ("call", "code", "said"),
    [
        ("--help > /dev/full", 1, "Error: the output could not be written: No space left on device\n"),
        ("match --query a <&-", 2, "Error: the standard input is closed: name a FILE.\n"),
        ("match --query a < /dev/null >&-", 2, "Error: the standard output is closed.\n"),
    ],
)
def test_streams_that_cannot_be_used_are_one_line(call: str, code: int, said: str) -> None:
    """A full disk and closed streams end in one line, and the exit code that belongs to it."""
    done = subprocess.run(
        ["sh", "-c", f'"{sys.executable}" -m streams.main {call}'], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (code, said)
