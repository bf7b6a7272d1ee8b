"""Builds HTML as a tree, so that text cannot become markup: whatever the public wrote is escaped by the serialiser."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, tostring

Child = Element | str | None
_RAW: Final = {"script", "style"}
"""Elements whose text an HTML serialiser does not escape: never built."""


def el(tag: str, *children: Child | Iterable[Child], **attributes: str | bool | None) -> Element:
    """An element. `class_` and `http_equiv` become `class` and `http-equiv`; None and False leave an attribute out.

    >>> tostring(el("p", "a < b", el("br"), "c", class_="x"), method="html", encoding="unicode")
    '<p class="x">a &lt; b<br>c</p>'
    """
    if tag in _RAW:
        raise ValueError(f"no <{tag}> is ever built")
    element = Element(tag)
    for name, value in attributes.items():
        if value is not None and value is not False:
            element.set(name.rstrip("_").replace("_", "-"), "" if value is True else value)
    for child in children:
        _add(element, child)
    return element


def _add(element: Element, child: Child | Iterable[Child]) -> None:
    if child is None:
        return
    if isinstance(child, str):
        if len(element):
            element[-1].tail = (element[-1].tail or "") + child
        else:
            element.text = (element.text or "") + child
    elif isinstance(child, Element):
        element.append(child)
    else:
        for each in child:
            _add(element, each)


def document(root: Element) -> bytes:
    """The bytes of a page, in UTF-8."""
    text = tostring(root, method="html", encoding="unicode")
    return ("<!doctype html>\n" + text).encode("utf-8", "replace")


def outside(url: str | None, text: str) -> Element:
    """A link to somebody else's page; mere text where the address is none of the web's."""
    try:
        usable = url is not None and urlsplit(url).scheme in ("http", "https") and bool(urlsplit(url).hostname)
    except ValueError:
        usable = False
    if not usable:
        return el("span", text)
    return el("a", text, href=url, rel="noopener noreferrer nofollow", target="_blank")
