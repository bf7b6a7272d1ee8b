"""The risk signal: precision and recall on the curated cases by part, alarms on everyday posts, and speed. JSON lines.

    python -m tests.bench.risk [--flagged FILE]

Judges in the same run: *rules* (what ships), *cues* (the same words without company, contexts and negation), *simple*
(a few plain words a topic). `models/training/risk.py` measures a head on the encoder on the same cases. `--flagged`
writes the everyday posts that the rules flag, to be read by eye.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Final

from models.matching.words import spell
from models.records import Risk
from models.risk import judge
from models.risk.judge import RiskJudge, risk_of
from models.risk.rule import Rule, written
from models.risk.topics import TAXONOMY
from models.sentiment.lexicon import LexiconClassifier
from tests.bench._corpora import DATA, airline, deft, sanders
from tests.risk_cases import PARTS, Case, cases

Judge = Callable[[str, str], Risk | None]
_SIMPLE: Final = {
    "injury": ["injured", "killed", "dead", "hospital", "blessé*", "mort*", "hôpital"],
    "safety-recall": ["recall*", "rappel*", "dangerous", "dangereu*", "fire", "incendie", "explode*", "explos*"],
    "data-leak": ["leak*", "breach", "hacked", "fuite", "piraté*", "hack*"],
    "fraud": ["fraud", "fraude", "scam", "arnaque", "corruption"],
    "discrimination": ["racist", "racism", "raciste", "racisme", "sexist*", "sexiste", "discrimin*"],
    "misconduct": ["harass*", "harcel*", "assault*", "agress*", "abuse*"],
    "labour": ["strike*", "layoff*", "grève*", "licenci*"],
    "environment": ["pollut*", "pollu*", "spill", "toxic", "toxique*"],
    "legal": ["lawsuit", "sued", "court", "fined", "procès", "plainte", "amende", "tribunal"],
    "boycott": ["boycott*"],
    "outage": ["outage", "down", "panne", "hs"],
    "rumour": ["rumour*", "rumor*", "rumeur*", "bankrupt*", "faillite"],
}


def cues() -> Judge:
    """The shipped words with nothing around them."""
    bare = {
        name: [replace(rule, beside="", also="", unless="") for rule in rules] for name, rules in judge._RULES.items()
    }
    books = {name: judge._bound(rules) for name, rules in bare.items()}
    books["und"] = judge._bound([rule for rules in bare.values() for rule in rules])

    def told(text: str, language: str) -> Risk | None:
        fired = books.get(language, books["und"]).firing(spell(text).folded)
        best = max(fired, key=lambda rule: rule.score, default=None)
        return None if best is None or best.score < 0.5 else Risk(topic=best.topic, score=best.score)

    return told


def simple() -> Judge:
    rules = [Rule(topic, 0.9, "|".join(written(word) for word in found)) for topic, found in _SIMPLE.items()]
    book = judge._bound(rules)

    def told(text: str, language: str) -> Risk | None:
        fired = book.firing(spell(text).folded)
        return Risk(topic=fired[0].topic, score=fired[0].score) if fired else None

    return told


def figures(told: Judge, posts: Sequence[Case]) -> dict[str, object]:
    answers = [told(case.text, case.language) for case in posts]
    pairs = list(zip(posts, answers, strict=True))
    hits = [(case, risk) for case, risk in pairs if case.at_risk and risk is not None]
    flagged, wanted = sum(risk is not None for risk in answers), sum(case.at_risk for case in posts)
    return {
        "posts": len(posts),
        "precision": round(len(hits) / max(1, flagged), 3),
        "recall": round(len(hits) / max(1, wanted), 3),
        "topic_right": round(sum(risk.topic == case.topic for case, risk in hits) / max(1, len(hits)), 3),
    }


def by_topic(told: Judge, posts: Sequence[Case]) -> dict[str, list[float]]:
    """Per topic: posts, precision and recall, where a hit has the right topic."""
    answers = [(case, told(case.text, case.language)) for case in posts]
    found = {}
    for topic in TAXONOMY:
        named = [case for case, risk in answers if risk is not None and risk.topic == topic]
        wanted = [risk for case, risk in answers if case.topic == topic]
        right = sum(case.topic == topic for case in named)
        found[topic] = [len(wanted), round(right / max(1, len(named)), 2), round(right / max(1, len(wanted)), 2)]
    return found


def everyday() -> dict[str, tuple[str, list[str]]]:
    french = DATA / "umsab" / "french" / "train_text.txt"
    english = DATA / "umsab" / "english" / "train_text.txt"
    return {
        "airline": ("en", airline()),
        "sanders": ("en", sanders()),
        "umsab en": ("en", english.read_text("utf-8").splitlines()),
        "umsab fr": ("fr", french.read_text("utf-8").splitlines()),
        "deft": ("fr", deft()),
    }


def speed(posts: Sequence[str]) -> dict[str, float]:
    """Posts a second: the rules, what spelling alone costs of it, and the lexicon classifier in the same run."""
    lexicon = LexiconClassifier()
    risk_of(posts[0], "en")
    runs: dict[str, Callable[[], object]] = {
        "rules": lambda: [risk_of(post, "en") for post in posts],
        "spelling": lambda: [spell(post).folded for post in posts],
        "lexicon_sentiment": lambda: lexicon(posts),
    }
    found = {}
    for name, run in runs.items():
        start = perf_counter()
        run()
        found[name] = round(len(posts) / (perf_counter() - start))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flagged", type=Path)
    options = parser.parse_args()
    judges: dict[str, Judge] = {"rules": RiskJudge(), "cues": cues(), "simple": simple()}
    for part in PARTS:
        for languages in (("en", "fr"), ("en",), ("fr",), ("de", "es", "it", "pt")):
            posts = [case for case in cases(part) if case.language in languages]
            for name, told in judges.items():
                if posts:
                    row = {"bench": "risk", "part": part, "languages": languages, "judge": name}
                    print(json.dumps({**row, **figures(told, posts)}), flush=True)
    print(json.dumps({"bench": "risk", "part": "test", "topics": by_topic(risk_of, cases("test"))}), flush=True)
    if not DATA.exists():
        print(f"skipped: needs {DATA}", file=sys.stderr)
        return
    flagged: list[str] = []
    for corpus, (language, posts) in everyday().items():
        shares = {}
        for name, told in judges.items():
            answers = [told(post, language) for post in posts]
            shares[name] = round(100 * sum(risk is not None for risk in answers) / len(posts), 2)
            if name == "rules":
                flagged += [
                    f"{corpus}\t{r.topic}\t{' '.join(p.split())}" for p, r in zip(posts, answers, strict=True) if r
                ]
        print(
            json.dumps({"bench": "risk", "everyday": corpus, "posts": len(posts), "flagged_percent": shares}),
            flush=True,
        )
    print(json.dumps({"bench": "risk", "posts_per_s": speed(airline())}), flush=True)
    if options.flagged is not None:
        options.flagged.write_text("\n".join(flagged), "utf-8")


if __name__ == "__main__":
    main()
