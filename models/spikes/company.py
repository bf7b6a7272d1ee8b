"""Who stands with and against a brand in these hours: is the wave organised, and which friends could answer it?"""

from typing import Final

import msgspec

from models.counts import key32
from models.phrases import attributed
from models.records import Mention
from models.signs import Signs, stem
from models.stories import OWN_WORDS, letters

ADVOCATES: Final = 8
SHOWN: Final = 3
HEARD_BY: Final = 500
"""With fewer followers than this a friend of the brand reaches nobody."""
_DAY_MIN: Final = 1_440
_NAME: Final = 80


class Voice(msgspec.Struct, array_like=True, frozen=True):
    """What one mention tells of its author: the hash of the handle's stem, the account's age at that time."""

    handle: str = ""
    followers: int | None = None
    friendly: bool = False
    stem: int | None = None
    age_s: int | None = None
    text: int | None = None
    """The hash of what it says in words of its own, if it says enough to be recognised."""


class Company(msgspec.Struct, array_like=True):
    """Bounded: the signs of coordination among the adverse mentions of an hour or wave, and eight advocates."""

    signs: Signs = msgspec.field(default_factory=Signs)
    advocates: dict[str, tuple[int, int]] = {}
    """Handle → (followers, minute last heard)."""

    def copy(self) -> "Company":
        return Company(self.signs.copy(), self.advocates.copy())

    def hear(self, voice: Voice, author: int, at_s: int, *, adverse: bool) -> None:
        """Takes in a mention by the account `author` (a hash), written at Unix time `at_s`."""
        if adverse:
            self.advocates.pop(voice.handle, None)  # who complains today is not asked to help
            copied = voice.text is not None and self.signs.say((voice.text,))
            self.signs.add(at_s, author, voice.stem, voice.followers, voice.age_s, copied=copied, mention=True)
        elif voice.friendly and voice.handle and voice.followers is not None and voice.followers >= HEARD_BY:
            self.advocates[voice.handle] = (voice.followers, at_s // 60)
            kept = sorted(self.advocates.items(), key=lambda item: (-item[1][0], item[0]))[:ADVOCATES]
            self.advocates = dict(kept)

    def forget(self, minute: int) -> None:
        """Drops the advocates who were last heard more than a day before `minute`."""
        self.advocates = {name: told for name, told in self.advocates.items() if told[1] > minute - _DAY_MIN}

    def friends(self) -> tuple[tuple[str, int | None], ...]:
        """The best-known advocates, with their followers."""
        ranked = sorted(self.advocates.items(), key=lambda item: (-item[1][0], item[0]))
        return tuple((handle, followers) for handle, (followers, _) in ranked[:SHOWN])


def voice_of(mention: Mention) -> Voice | None:
    """What is kept of who speaks; None of a mention that is neither adverse nor friendly."""
    author, post = mention.post.author, mention.post
    friendly = not mention.adverse and mention.sentiment.label == "positive"
    if friendly:
        return Voice(author.shown[:_NAME], author.followers, friendly=True)
    if not mention.adverse:
        return None
    handle_stem = stem(author.handle[:_NAME])
    said = "" if attributed(post.text) else "".join(letters(post.text))
    born = author.created_at
    return Voice(
        handle=author.shown[:_NAME],
        followers=author.followers,
        stem=None if handle_stem is None else key32(handle_stem),
        age_s=None if born is None else max(int((post.created_at - born).total_seconds()), 0),
        # Only whole copies: people who complain of one thing often begin, or end, with the same words.
        text=key32(said) if len(said) >= OWN_WORDS else None,
    )
