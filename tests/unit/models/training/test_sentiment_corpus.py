"""What the sentiment model learns from: no text on both sides, and hard cases that are not those it is judged by."""

from pathlib import Path

from models.training.sentiment.corpus import LANGUAGES, Labelled, bad_news, read
from models.training.sentiment.hard_cases import sentences
from tests.hard_cases import hard_cases


def made(folder: Path) -> Path:
    """A small copy of the public data's folders."""
    for language in LANGUAGES:
        place = folder / "umsab" / language
        place.mkdir(parents=True)
        (place / "train_text.txt").write_text(f"bon {language}\n@a held {language} http://x\n", "utf-8")
        (place / "train_labels.txt").write_text("2\n0\n", "utf-8")
        (place / "val_text.txt").write_text(f"Held {language}!\n", "utf-8")
        (place / "val_labels.txt").write_text("0\n", "utf-8")
    (folder / "semeval_sentiment").mkdir()
    (folder / "semeval_sentiment/train.tsv").write_text("1\tbon ENGLISH\n0\tfresh\n0\tFresh.\n", "utf-8")
    deft = folder / "french/deft2017"
    deft.mkdir(parents=True)
    rows = "".join(f'{at},"tweet {at}",{"mixed" if at % 5 == 0 else "negative"}\n' for at in range(200))
    (deft / "train.csv").write_text("id,text,label\n" + rows, "utf-8")
    (deft / "test_unlabelled.csv").write_text('id,text\n1,"à lire"\n', "utf-8")
    return folder


def test_no_text_stands_on_both_sides(tmp_path: Path) -> None:
    """What is held back, and what another set has already, is left out of training, however it is written."""
    corpus = read(made(tmp_path))
    assert corpus.train["umsab_french"] == (Labelled("bon french", 2),)
    assert corpus.train["semeval"] == (Labelled("fresh", 0),)
    assert corpus.held["umsab_german"] == (Labelled("Held german!", 0),)


def test_a_fifth_of_the_french_tweets_is_held_back(tmp_path: Path) -> None:
    """By their texts, so that it is the same fifth every time; mixed ones are in neither part."""
    corpus = read(made(tmp_path))
    held, train = ({row.text for row in part["deft"]} for part in (corpus.held, corpus.train))
    assert not held & train
    assert len(held | train) == 160
    assert 15 <= len(held) <= 50
    assert corpus.train["deft_unlabelled"] == (Labelled("à lire", None),)


def test_hard_cases_are_not_learnt_by_heart() -> None:
    """None of the sentences that judge is among those that teach."""
    judging = {text.lower() for texts, _ in hard_cases().values() for text in texts}
    teaching = [each.text.lower() for each in sentences()]
    assert len(judging) == 126
    assert len(set(teaching)) == len(teaching) > 1_000
    assert not judging & set(teaching)


def test_bad_news_is_all_but_what_judges(tmp_path: Path) -> None:
    """The texts of the curated table, without labels and without its part `test`."""
    table = tmp_path / "cases.tsv"
    table.write_text(
        "part\tid\tlanguage\ttopic\tkind\ttext\nlearn\ta\ten\tinjury\tplain\tHe was hurt by @acme\n"
        "test\tb\ten\tnone\tplain\tThis new phone is a killer\n",
        "utf-8",
    )
    assert bad_news(table) == [Labelled("He was hurt by @user", None)]
