"""Through whom a cascade passes on: the resharers who brought the most further reshares, in bounded memory."""

from typing import Final

import msgspec

BRANCHES: Final = 24
"""How many resharers are candidates: those who brought something, and the newest, who have yet to."""
SPARED: Final = 8
"""The newest stay in any case: they have had no time. While nothing came through anybody, only they are kept."""
_DEPTH: Final = 16
"""No reshare counts for more than so many of those that it came through."""


class Branch(msgspec.Struct, array_like=True):
    """A reshare, by hash, what it was reshared from, whose it was, and how many reshares came through it."""

    key: int
    parent: int
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
        return Branches([Branch(b.key, b.parent, b.handle, b.brought) for b in self.kept])

    def add(self, key: int, parent: int, handle: str) -> None:
        """One reshare, and the reshare (or root) that it was made from."""
        places = {branch.key: at for at, branch in enumerate(self.kept)}
        if key in places:
            return
        above = places.get(parent)
        below = len(self.kept)
        for _ in range(_DEPTH):
            # What is reshared was there before: a hostile tree with loops is left where it goes back.
            if above is None or above >= below:
                break
            self.kept[above].brought += 1
            below = above
            above = places.get(self.kept[below].parent)
        self.kept.append(Branch(key, parent, handle))
        if len(self.kept) > (BRANCHES if any(branch.brought for branch in self.kept) else SPARED):
            settled = range(max(len(self.kept) - SPARED, 1))
            del self.kept[min(settled, key=lambda at: self.kept[at].brought)]

    def top(self, n: int, at_least: int = 1) -> list[tuple[str, int]]:
        """The handles through whom most came, with how many; nobody through whom fewer than `at_least` came."""
        ranked = sorted(self.kept, key=lambda branch: (-branch.brought, branch.handle))
        return [(b.handle, b.brought) for b in ranked if b.handle and b.brought >= at_least][:n]
