"""Who needs which part of the settings: what an agent or a command does not use, it asks no variables for.

Parts are named by their keys with dots between, and `*` for any: `console`, `channels.*.token`. What stands inside of a
part belongs to it.
"""

from collections.abc import Collection, Iterable
from functools import reduce
from typing import Final, get_args

from streams.settings.channels import ChannelSettings
from streams.settings.problems import Path

ELSEWHERE: Final = frozenset({"channels", "console", "sources"})
"""What only some agents need: who asks a pipeline that runs goes without the variables of these tables."""
OFFLINE: Final = ELSEWHERE | {"kafka", "public_url"}
"""What is needed only where there is a pipeline: who judges files goes without these too."""

_CLICKS: Final = frozenset({"channels.*.signing_secret", "channels.*.app_token"})
"""By which the console knows what comes from Slack. Delivery asks only whether there is one, to show buttons."""
_DOORS: Final = {"signing_secret", "app_token", "base_url", "buttons"}
"""What the console reads of a channel."""
_SENDING: Final = frozenset(
    f"channels.*.{key}"
    for kind in get_args(ChannelSettings)
    for key in kind.__struct_encode_fields__
    if key not in _DOORS
)
_AGENTS: Final = {
    "delivery": _CLICKS | {"sources", "console.token"},
    "sources": frozenset({"channels", "console"}),
    "console": _SENDING | {"sources"},
}
"""What these agents can do without; all others send nothing, let nobody in, and do without `ELSEWHERE`."""


def spared_by(agents: Iterable[str]) -> frozenset[str]:
    """What none of these agents uses.

    >>> sorted(spared_by(["spikes", "sources"]))
    ['channels', 'console']
    >>> "channels.*.password" in spared_by(["sources", "console"])
    True
    """
    return reduce(_both, (_AGENTS.get(agent, ELSEWHERE) for agent in agents))


def is_spared(path: Path, spared: Collection[str]) -> bool:
    """Whether what stands at `path` is one of the parts that are `spared`, or in one.

    >>> is_spared(("channels", "a", "urls", 0), ["channels.*.urls"]), is_spared(("console", "port"), ["console.host"])
    (True, False)
    """
    return any(_covers(part, [str(key) for key in path]) for part in spared)


def _both(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    """What lies in parts of both; of two parts that overlap, one always lies in the other."""
    return frozenset(
        part
        for mine, theirs in ((one, other), (other, one))
        for part in mine
        if any(_covers(each, part.split(".")) for each in theirs)
    )


def _covers(part: str, path: list[str]) -> bool:
    keys = part.split(".")
    return len(keys) <= len(path) and all(key in ("*", at) for key, at in zip(keys, path, strict=False))
