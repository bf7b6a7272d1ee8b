"""The parts of a query that are no words: `lang:fr`, `source:bluesky`, `site:acme.com`."""

import difflib
import re
from typing import Final

from models.language import LANGUAGES, UNKNOWN
from models.matching.nodes import Limit, Node, Or, Site
from models.matching.sites import domain_pattern

FIELDS: Final = ("lang", "source", "site")
_MEANT: Final = {
    **dict.fromkeys(("language", "langue", "langage", "locale"), "lang"),
    **dict.fromkeys(("network", "platform", "reseau", "via", "feed"), "source"),
    **dict.fromkeys(("domain", "domaine", "url", "link", "host", "inurl"), "site"),
}
_CODES: Final = {
    "en": ("english", "anglais", "eng", "gb", "us"),
    "fr": ("french", "francais", "français", "fra", "fre"),
    "de": ("german", "allemand", "deutsch", "ger", "deu"),
    "es": ("spanish", "espagnol", "español", "spa"),
    "it": ("italian", "italien", "italiano", "ita"),
    "pt": ("portuguese", "portugais", "por", "br"),
    "nl": ("dutch", "neerlandais", "néerlandais", "nld", "dut"),
    "ar": ("arabic", "arabe", "ara"),
    "ja": ("japanese", "japonais", "jp", "jpn"),
    "zh": ("chinese", "chinois", "cn", "zho", "chi"),
    "el": ("greek", "grec", "gr"),
    UNKNOWN: ("unknown", "none", "inconnue", "un"),
}
_CODE_OF: Final = {name: code for code, names in _CODES.items() for name in names}
_CODE: Final = re.compile("[a-z]{2,3}")


class BadLimit(ValueError):
    """What is wrong with a limit, for people; `offset` is where in it (from 0)."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.offset = offset


def limit(text: str, column: int) -> Node:
    """The node of a limit such as `lang:fr,en`, which stands at a column of the query; raises `BadLimit`.

    >>> limit("lang:FR,en", 1) == Limit("lang", frozenset({"fr", "en"}), "lang:fr,en")
    True
    """
    name, _, listed = text.partition(":")
    known = name.lower()
    if known not in FIELDS:
        raise BadLimit(_unknown(known))
    values = listed.split(",")
    offset = len(name) + 1
    sites: list[Node] = []
    for value in values:
        if not value:
            raise BadLimit(f"write what is wanted right after “{known}:”, as in {_example(known)}.", offset)
        if known == "lang":
            _check_language(value.lower(), offset)
        elif known == "site":
            sites.append(_site(value.lower(), offset))
        offset += len(value) + 1
    if known == "site":
        return sites[0] if len(sites) == 1 else Or(tuple(sites))
    lower = [value.lower() for value in values]
    return Limit("lang" if known == "lang" else "source", frozenset(lower), f"{known}:{','.join(lower)}", column)


def _unknown(name: str) -> str:
    close = _MEANT.get(name) or next(iter(difflib.get_close_matches(name, FIELDS, n=1)), None)
    meant = f"did you mean {_example(close)}?" if close else "there are lang:, source: and site:."
    return f"there is no limit “{name}:”; {meant} To look for the text, quote it."


def _example(name: str) -> str:
    return {"lang": "lang:fr", "source": "source:bluesky"}.get(name, "site:acme.com")


def _check_language(value: str, offset: int) -> None:
    code = _CODE_OF.get(value)
    if code is None and re.fullmatch("[a-z]{2,3}[-_][a-z0-9]{2,8}", value):
        raise BadLimit(f"regions are not told apart: write lang:{value[:2]}.", offset)
    if code is None and _CODE.fullmatch(value) is None:
        raise BadLimit("a language is a code of two or three letters, as in lang:fr.", offset)
    if code is not None:
        raise BadLimit(f"there is no language “{value}”; did you mean lang:{code}?", offset)


def _site(value: str, offset: int) -> Site:
    host = re.sub(r"^https?://", "", value).partition("/")[0].removeprefix("*.").removeprefix("www.")
    pattern = domain_pattern(host)
    if pattern is None:
        raise BadLimit("a site is a domain with its dots, as in site:acme.com.", offset)
    if host != value.removeprefix("www."):
        raise BadLimit(f"write the domain alone, all below it is included: site:{host}.", offset)
    return Site(f"site:{host}", pattern)


def unheard(limited: Limit) -> list[str]:
    """Languages of a limit that no text is ever found to be in, unless its source says so."""
    return sorted(limited.values - {*LANGUAGES, UNKNOWN}) if limited.kind == "lang" else []
