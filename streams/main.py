"""The command line: which commands there are, and where each lives. Commands load only what they need."""

import importlib
from typing import Final

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
    "why": "streams.cli.why",
    "audit": "streams.cli.audit",
    "report": "streams.cli.report",
    "drill": "streams.cli.drill",
    "topics": "streams.cli.topics",
    "broker": "streams.cli.broker",
}
"""Each module has a click command of the name `command`."""


class LazyGroup(click.Group):
    """Imports a command's module only when it is called: `tocsin classify` must not pay for Faust."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(COMMANDS[cmd_name]).command
        return command


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tocsin")
def main() -> None:
    """Tocsin: the alarm bell for brands."""


if __name__ == "__main__":
    main()
