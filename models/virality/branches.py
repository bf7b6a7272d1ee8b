"""Through whom a cascade passes on: the resharers who brought the most further reshares, in bounded memory."""

from typing import Final

import msgspec

from models.counts import pair, place

BRANCHES: Final = 24
"""How many resharers are candidates: those who brought something, and the newest, who have yet to."""
SPARED: Final = 8
"""The newest stay in any case: they have had no time. While nothing came through anybody, only they are kept."""
_DEPTH: Final = 16
"""No reshare counts for more than so many of those that it came through."""
_NOBODY: Final = -1


class Branches(msgspec.Struct, array_like=True):
    """The bridges of a cascade: who brings a post to a crowd that had not seen it is followed by a subtree.

    A reshare counts for every candidate on its way back to the root. A candidate gives way when it is the oldest of
    those who brought least; what comes through it later is lost, so that counts err downwards.

    Of each candidate: 16 bits of its hash (among 24 one in 2,700 is taken for another), where what it was reshared from
    stands, how many came through it, and whose it was. Four columns take fewer bytes than rows.

    >>> branches = Branches()
    >>> branches.add(1, 0, "lea"); branches.add(2, 1, "bob"); branches.add(3, 2, "zoé")
    >>> branches.top(2)
    [('lea', 2), ('bob', 1)]
    """

    keys: bytes = b""
    above: list[int] = []
    brought: list[int] = []
    handles: list[str] = []

    def copy(self) -> "Branches":
        return Branches(self.keys, list(self.above), list(self.brought), list(self.handles))

    def add(self, key: int, parent: int, handle: str) -> None:
        """One reshare, and the reshare (or root) that it was made from, both by hash."""
        short = pair(key)
        if place(self.keys, short) != _NOBODY:
            return
        above = place(self.keys, pair(parent))
        self._bring(above)
        self.keys += short
        self.above.append(above)
        self.brought.append(0)
        self.handles.append(handle)
        kept = len(self.handles)
        if kept > (BRANCHES if any(self.brought) else SPARED):
            settled = self.brought[: max(kept - SPARED, 1)]
            self._forget(settled.index(min(settled)))

    def _bring(self, at: int) -> None:
        """Counts one more for everybody from the place `at` up to the root."""
        for _ in range(_DEPTH):
            if at == _NOBODY:
                return
            self.brought[at] += 1
            at = self.above[at]

    def _forget(self, gone: int) -> None:
        self.keys = self.keys[: 2 * gone] + self.keys[2 * gone + 2 :]
        del self.above[gone], self.brought[gone], self.handles[gone]
        self.above = [_NOBODY if at == gone else at - (at > gone) for at in self.above]

    def top(self, n: int, at_least: int = 1) -> list[tuple[str, int]]:
        """The handles through whom most came, with how many; nobody through whom fewer than `at_least` came."""
        ranked = sorted(zip(self.handles, self.brought, strict=True), key=lambda each: (-each[1], each[0]))
        return [(handle, brought) for handle, brought in ranked if handle and brought >= at_least][:n]
