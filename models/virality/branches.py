"""Through whom a cascade passes on: the resharers who brought the most further reshares, in bounded memory."""

from typing import Final

import msgspec

BRANCHES: Final = 24
"""How many resharers are candidates: those who brought something, and the newest, who have yet to."""
SPARED: Final = 8
"""The newest stay in any case: they have had no time. While nothing came through anybody, only they are kept."""
_DEPTH: Final = 16
"""No reshare counts for more than so many of those that it came through."""


_SHORT: Final = 0xFFFF
"""Reshares are told apart by 16 bits: among 24 of them one in 2,700 is taken for another."""
_NOBODY: Final = -1


class Branch(msgspec.Struct, array_like=True):
    """A reshare, by hash, where what it was reshared from stands, whose it was, and how many came through it."""

    key: int
    above: int
    handle: str
    brought: int = 0


class Branches(msgspec.Struct, array_like=True):
    """The bridges of a cascade: who brings a post to a crowd that had not seen it is followed by a subtree.

    A reshare counts for every candidate on its way back to the root. A candidate gives way when it is the oldest of
    those who brought least; what comes through it later is lost, so that counts err downwards.

    >>> branches = Branches()
    >>> branches.add(1, 0, "lea"); branches.add(2, 1, "bob"); branches.add(3, 2, "zoé")
    >>> branches.top(2)
    [('lea', 2), ('bob', 1)]
    """

    kept: list[Branch] = []

    def copy(self) -> "Branches":
        return Branches([Branch(b.key, b.above, b.handle, b.brought) for b in self.kept])

    def add(self, key: int, parent: int, handle: str) -> None:
        """One reshare, and the reshare (or root) that it was made from, both by hash."""
        key, parent = key & _SHORT, parent & _SHORT
        places = {branch.key: at for at, branch in enumerate(self.kept)}
        if key in places:
            return
        above = self._brought(places.get(parent, _NOBODY))
        self.kept.append(Branch(key, above, handle))
        if len(self.kept) > (BRANCHES if any(branch.brought for branch in self.kept) else SPARED):
            settled = range(max(len(self.kept) - SPARED, 1))
            self._forget(min(settled, key=lambda at: self.kept[at].brought))

    def _brought(self, place: int) -> int:
        """Counts one more for everybody from `place` up to the root; returns `place`."""
        at = place
        for _ in range(_DEPTH):
            if at == _NOBODY:
                break
            self.kept[at].brought += 1
            at = self.kept[at].above
        return place

    def _forget(self, place: int) -> None:
        del self.kept[place]
        for branch in self.kept:
            if branch.above == place:
                branch.above = _NOBODY
            elif branch.above > place:
                branch.above -= 1

    def top(self, n: int, at_least: int = 1) -> list[tuple[str, int]]:
        """The handles through whom most came, with how many; nobody through whom fewer than `at_least` came."""
        ranked = sorted(self.kept, key=lambda branch: (-branch.brought, branch.handle))
        return [(b.handle, b.brought) for b in ranked if b.handle and b.brought >= at_least][:n]
