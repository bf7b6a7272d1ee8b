"""The risk signal: precision and recall on the curated cases by part, alarms on everyday posts, and speed. JSON lines.

    python -m tests.bench.risk [--table] [--flagged FILE] [--weights FOLDER]

Judges in the same run: *both* (what ships: the rules, and where they are silent the embedded model's head), *rules*,
*head*, *cues* (the words of the rules without company, contexts and negation), *simple* (a few plain words a topic).
*both* and *head* are left out where the embedded model has no head. Posts that the head has learnt from are left out
everywhere: it has not learnt the part `test`. `--table` writes the figures into docs/risk.md, beside printing them.
`--flagged` writes the everyday posts that are flagged by what ships, to be read by eye. `--weights` takes another
folder of the embedded model's files.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Final

from models.matching.automaton import Matcher
from models.matching.query import parse
from models.matching.words import spell
from models.records import Post, Risk
from models.risk import judge
from models.risk.judge import RiskJudge, risk_of
from models.risk.rule import Rule, written
from models.risk.topics import TAXONOMY
from models.sentiment.cache import Cached
from models.sentiment.lexicon import LexiconClassifier
from models.sentiment.onnx import WEIGHTS, OnnxClassifier
from models.training.risk import everyday as learnt_as_calm
from streams.demo.story import plot, story
from streams.demo.texts import BRAND, QUERY
from tests.bench._corpora import DATA, airline, deft, sanders
from tests.risk_cases import PARTS, Case, cases

Judge = Callable[[str, str], Risk | None]
Row = dict[str, object]
_PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "risk.md"
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


def head(weights: Path) -> dict[str, Judge]:
    """*head* and *both*, which share their readings; nothing where the embedded model has no head."""
    model = OnnxClassifier(weights)
    if not model.tells_risk:
        print("the embedded model has no risk head: judged by the rules alone", file=sys.stderr)
        return {}
    cached, rules = Cached(model, 200_000), RiskJudge()

    def alone(text: str, language: str) -> Risk | None:
        return cached.answers([text])[0].risk

    return {"both": lambda text, language: rules(text, language, alone(text, language)), "head": alone}


def figures(told: Judge, posts: Sequence[Case]) -> Row:
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
    found = {
        "airline": ("en", airline()),
        "sanders": ("en", sanders()),
        "umsab_en": ("en", english.read_text("utf-8").splitlines()),
        "umsab_fr": ("fr", french.read_text("utf-8").splitlines()),
        "deft": ("fr", deft()),
        "demo": ("und", demo()),
    }
    learnt = {name: set(texts[::2]) for name, texts in learnt_as_calm(DATA).items()}
    return {
        name: (spoken, [text for text in posts if text not in learnt.get(name, ())])
        for name, (spoken, posts) in found.items()
    }


def demo() -> list[str]:
    """What the demo's ordinary days say of its brand, before anything happens."""
    decided, matcher = plot(seed=1), Matcher({BRAND: parse(QUERY)})
    texts = [each.text for each in story(decided) if isinstance(each, Post) and each.created_at < decided.onset]
    return [text for text in texts if matcher.spans(text, BRAND)]


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


def on_cases(judges: dict[str, Judge]) -> Iterator[Row]:
    for part in PARTS:
        for languages in (("en", "fr"), ("en",), ("fr",), ("de", "es", "it", "pt")):
            posts = [case for case in cases(part) if case.language in languages]
            for name, told in judges.items():
                if posts and not (name in ("both", "head") and part != "test"):
                    yield {"part": part, "languages": languages, "judge": name, **figures(told, posts)}
    shipped = next(iter(judges))
    yield {"part": "test", "judge": shipped, "topics": by_topic(judges[shipped], cases("test"))}


def on_everyday(judges: dict[str, Judge], flagged: list[str]) -> Iterator[Row]:
    """Shares by corpus and judge; the posts that the first judge flags go to `flagged`."""
    for corpus, (language, posts) in everyday().items():
        for name, told in judges.items():
            pairs = [(post, told(post, language)) for post in posts]
            hits = [(post, risk) for post, risk in pairs if risk is not None]
            share = round(100 * len(hits) / len(posts), 2)
            yield {"everyday": corpus, "posts": len(posts), "judge": name, "flagged_percent": share}
            if told is next(iter(judges.values())):
                flagged += [f"{corpus}\t{risk.topic}\t{' '.join(post.split())}" for post, risk in hits]


_JUDGES: Final = {
    "both": "**both, as shipped**",
    "rules": "rules alone",
    "head": "head alone",
    "cues": "words of the rules, without company and contexts",
    "simple": "a few plain words",
}


def cases_table(rows: Sequence[Row]) -> Iterator[str]:
    yield "| judge | part | precision | recall | topic right |"
    yield "|---|---|---|---|---|"
    for row in rows:
        if row.get("languages") == ("en", "fr") and (row["part"] == "test" or row["judge"] == "rules"):
            shares = [f"{100 * row[key]:.1f}" for key in ("precision", "recall", "topic_right")]  # type: ignore[operator]
            yield f"| {_JUDGES[str(row['judge'])]} | {row['part']} | {' | '.join(shares)} |"


def everyday_table(rows: Sequence[Row]) -> Iterator[str]:
    calm = [row for row in rows if "everyday" in row]
    corpora = list(dict.fromkeys(str(row["everyday"]) for row in calm))
    yield f"| judge | {' | '.join(corpora)} |"
    yield f"|---|{'---|' * len(corpora)}"
    for judge_name in dict.fromkeys(str(row["judge"]) for row in calm):
        shares = [f"{row['flagged_percent']:.2f}" for row in calm if row["judge"] == judge_name]
        yield f"| {_JUDGES[judge_name]} | {' | '.join(shares)} |"


def write_tables(rows: Sequence[Row]) -> None:
    """Puts the tables between their marks in docs/risk.md; that of everyday posts only where they were at hand."""
    text = _PAGE.read_text("utf-8")
    for name, lines in (("cases", cases_table(rows)), ("everyday", everyday_table(rows))):
        begin, end = f"<!-- {name}: made by tests/bench/risk.py -->\n", f"\n<!-- end of {name} -->"
        head, rest = text.split(begin)
        if name == "cases" or any("everyday" in row for row in rows):
            text = head + begin + "\n".join(lines) + end + rest.split(end, 1)[1]
    _PAGE.write_text(text, "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--flagged", type=Path)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    judges: dict[str, Judge] = {**head(options.weights), "rules": RiskJudge(), "cues": cues(), "simple": simple()}
    rows: list[Row] = []
    flagged: list[str] = []

    def tell(found: Iterator[Row]) -> None:
        for row in found:
            rows.append(row)
            print(json.dumps({"bench": "risk", **row}), flush=True)

    tell(on_cases(judges))
    if not DATA.exists():
        print(f"everyday posts and speed skipped: needs {DATA}", file=sys.stderr)
    else:
        tell(on_everyday(judges, flagged))
        tell(iter([{"posts_per_s": speed(airline())}]))
    if options.table:
        write_tables(rows)
    if options.flagged is not None:
        options.flagged.write_text("\n".join(flagged), "utf-8")


if __name__ == "__main__":
    main()
