"""The command line: which commands there are, and where each lives. Commands load only what they need."""

import difflib
import errno
import importlib
import os
import sys
from typing import Any, Final

import click

COMMANDS: Final = {
    "demo": "streams.cli.demo",
    "run": "streams.cli.run",
    "check": "streams.cli.check",
    "oncall": "streams.cli.oncall",
    "classify": "streams.cli.classify",
    "match": "streams.cli.match",
    "forecast": "streams.cli.forecast",
    "backtest": "streams.cli.backtest",
    "replay": "streams.cli.replay",
    "learn": "streams.cli.learn",
    "why": "streams.cli.why",
    "audit": "streams.cli.audit",
    "dead": "streams.cli.dead",
    "report": "streams.cli.report",
    "drill": "streams.cli.drill",
    "topics": "streams.cli.topics",
    "broker": "streams.cli.broker",
}
"""Each module has a click command of the name `command`."""


_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
"""What an output says that takes nothing more."""


class LazyGroup(click.Group):
    """Imports a command's module only when it is called: `tocsin classify` must not pay for Faust."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(COMMANDS[cmd_name]).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            if close := difflib.get_close_matches(args[0], COMMANDS, n=1):
                error.message += f" Did you mean {close[0]}?"
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Whole sentences: a line that is cut says less than one that goes on."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _summary(self.get_command(ctx, name))) for name in COMMANDS])

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """As click's, and an output that takes nothing more (a full disk) is one line, and exit code 1."""
        try:
            return super().main(*args, **kwargs)
        except OSError as error:
            if error.errno not in _FULL or error.filename is not None:
                raise
            click.echo(f"Error: the output could not be written: {error.strerror}", err=True)
            # What could not be written waits in a buffer, and would be tried, and told, once more at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            sys.exit(1)


def _summary(command: click.Command | None) -> str:
    """The first sentence of a command's help."""
    told = " ".join((command.help or "" if command else "").split())
    return told.partition(". ")[0].partition("; ")[0].rstrip(".")


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tocsin")
def main() -> None:
    """Tocsin: the alarm bell for brands."""


if __name__ == "__main__":
    main()
