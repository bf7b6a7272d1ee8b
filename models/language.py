"""Which language a short post is in, or `und`: unknown."""

import re
from typing import Any, Final

UNKNOWN: Final = "und"

LANGUAGES: Final = (
    *("en", "fr", "de", "es", "it", "pt", "nl", "ar", "hi"),
    *("ru", "ja", "zh", "ko", "tr", "pl", "el", "he"),
)
"""The languages told apart: those of the embedded classifier, and enough others that theirs do not pass for one."""

_SURE: Final = 0.5
_SURE_OF_FEW_WORDS: Final = 0.75
_MAX_CHARACTERS: Final = 500
# Names, hashtags and links are written alike in every language.
_NO_LANGUAGE: Final = re.compile(r"(?:https?://|www\.)\S+|\bhttps?\b\S*|[@#]\w+|&\w+;|\bRT\b", re.IGNORECASE)
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_SPACELESS: Final = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
_TAG: Final = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{2,8})*")


def hinted(hint: str | None) -> str | None:
    """The language a source claims (a BCP 47 tag), as its ISO 639 code; None where it says nothing usable.

    >>> hinted("fr-FR"), hinted("EN_us"), hinted("und"), hinted("?"), hinted(None)
    ('fr', 'en', None, None, None)
    """
    match = _TAG.fullmatch((hint or "").strip())
    if match is None or match.group(1).lower() in (UNKNOWN, "zxx", "mul", "mis"):
        return None
    return match.group(1).lower()


class LanguageDetector:
    """Identifies languages by byte n-grams (py3langid); a source's own word wins. Loads on first use.

    >>> detect = LanguageDetector()
    >>> detect("très déçu de mon achat"), detect("app is down again"), detect("https://t.example/x 🙈")
    ('fr', 'en', 'und')
    >>> detect("ok", hint="fr-CA")
    'fr'
    """

    def __init__(self) -> None:
        self._identifier: Any = None

    def load(self) -> None:
        """Reads the model (about half a second), which otherwise happens on the first text."""
        if self._identifier is None:
            from py3langid.langid import MODEL_FILE, LanguageIdentifier

            identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
            identifier.set_languages(LANGUAGES)
            self._identifier = identifier

    def __call__(self, text: str, hint: str | None = None) -> str:
        """The ISO 639 code of the text's language, or `und`."""
        claimed = hinted(hint)
        if claimed is not None:
            return claimed
        words = _LETTERS.findall(_NO_LANGUAGE.sub(" ", text[: 2 * _MAX_CHARACTERS]))
        if not words:
            return UNKNOWN
        line = " ".join(words)[:_MAX_CHARACTERS]
        self.load()
        language, sureness = self._identifier.classify(line)
        few = len(words) < 3 and _SPACELESS.search(line) is None
        return str(language) if sureness >= (_SURE_OF_FEW_WORDS if few else _SURE) else UNKNOWN
