"""Makes the pictures in `docs/pictures` anew: `python -m tests.render_pictures` (needs Chromium)."""

import base64
import sys
from collections.abc import Callable
from dataclasses import replace
from html import escape
from pathlib import Path

from PIL import Image, ImageChops

from alerts.render import chart, mail_html, slack, slack_digest, terminal
from alerts.render.context import RenderContext
from alerts.render.facts import facts
from models.records import Notification, Why
from streams.report import page as report_page
from tests import samples, slack_preview
from tests.browser import chromium, shoot
from tests.report_sample import sample

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
CONTEXTS = {
    "en": replace(samples.EN, playbook=samples.PLAYBOOK),
    "fr": replace(samples.FR, playbook=samples.PLAYBOOK_FR),
}


def slack_page(notification: Notification, context: RenderContext, replies: tuple[Notification, ...] = ()) -> str:
    """The incident's message, with the chart and `replies` in its thread."""
    _, blocks = slack.message(notification, context, interactive=True)
    count = len(replies) + 1
    word = f"{count} réponse" if context.locale == "fr" else f"{count} repl{'y' if count == 1 else 'ies'}"
    word += "s" if context.locale == "fr" and count > 1 else ""
    first = notification if not replies else samples.waiting()
    thread = [slack.reply(reply, context)[1] for reply in replies]
    return slack_preview.page(blocks, picture=_data_url(first, context), reply_word=word, replies=thread)


def mail_page(notification: Notification, context: RenderContext) -> str:
    alt, told = chart.alt_text(notification, context), facts(notification, context)
    ack = "" if told.tone == "calm" else "https://tocsin.example/ack/x"
    mute = "" if notification.why is Why.DIGEST else "https://tocsin.example/mute/x"
    image = _data_url(notification, context)
    return mail_html.html(told, context, image, alt, ack_url=ack, mute_url=mute)


def terminal_page(notification: Notification, context: RenderContext) -> str:
    text = escape(terminal.block(notification, context, color=True), quote=False).rstrip()
    for code, css in {"1;31": "color:#ff6b5e;font-weight:700", "31": "color:#ff6b5e", "2": "color:#9aa4ad"}.items():
        text = text.replace(f"\x1b[{code}m", f'<span style="{css}">')
    text = text.replace("\x1b[0m", "</span>")
    style = "margin:0;padding:14px;background:#14171a;color:#e6e6e6;font:14px/1.35 'DejaVu Sans Mono',monospace"
    body = '<body style="margin:0;background:#14171a">'
    return f'<!doctype html><meta charset="utf-8">{body}<pre style="{style}">{text}</pre>'


def _data_url(notification: Notification, context: RenderContext) -> str:
    png = chart.chart(notification, context)
    return "" if png is None else "data:image/png;base64," + base64.b64encode(png).decode()


def picture(name: str, page: str, *, width: int, height: int = 2_600, dark: bool = False) -> None:
    """Shoots the page, cuts the empty margin off, and keeps the file small."""
    out = FOLDER / f"{name}.png"
    shoot(page, out, width=width, height=height, dark=dark, scale=1.25)
    image = Image.open(out).convert("RGB")
    ground = Image.new("RGB", image.size, image.getpixel((1, image.height - 1)))
    box = ImageChops.difference(image, ground).getbbox() or (0, 0, *image.size)
    cut = image.crop((0, 0, image.width, min(image.height, box[3] + 16)))
    cut.quantize(128, dither=Image.Dither.NONE).save(out, optimize=True)
    print(f"{out.name}: {out.stat().st_size // 1024} kB")


def main() -> int:
    if chromium() is None:
        print("no Chromium found: install one, or keep the pictures that are there", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    pages: dict[str, tuple[Callable[[Notification, RenderContext], str], int]] = {
        "slack": (slack_page, 650),
        "mail": (mail_page, 640),
        "terminal": (terminal_page, 860),
    }
    for locale, context in CONTEXTS.items():
        for kind, (render, width) in pages.items():
            picture(f"{kind}-{locale}", render(samples.waiting(), context), width=width)
        history = (samples.escalated(), samples.acknowledged())
        page = slack_page(samples.acknowledged(), context, history)
        picture(f"slack-acknowledged-{locale}", page, width=650)
        closed = (*history, samples.closed_by_hand())
        picture(f"slack-resolved-{locale}", slack_page(samples.closed_by_hand(), context, closed), width=650)
        _, lines = slack_digest.digest(samples.digest_of(4), lambda _, context=context: context)
        picture(f"slack-digest-{locale}", slack_preview.page(lines, time="09:00"), width=650)
        png = chart.chart(samples.spike_alert(), context)
        assert png is not None
        (FOLDER / f"chart-{locale}.png").write_bytes(png)
    picture("slack-viral-fr", slack_page(samples.threat_alert(), samples.FR), width=650)
    mails()
    for locale in CONTEXTS:
        picture(f"report-{locale}", report_page.page(sample(locale)).decode(), width=820, height=4_400)
    return 0


def mails() -> None:
    """The mail as it comes when nobody answers, in an exercise, in the dark, and in the morning."""
    english, french = CONTEXTS["en"], CONTEXTS["fr"]
    shown = {
        "mail-escalated-en": (samples.escalated("person:tom"), english),
        "mail-unanswered-fr": (samples.unanswered(), french),
        "mail-sector-en": (samples.sector(), samples.EN),
        "mail-exercise-fr": (samples.exercise(), samples.FR),
        "mail-viral-en": (samples.threat_alert(), english),
        "mail-digest-en": (samples.digest_of(5), samples.EN),
        "mail-digest-fr": (samples.digest_of(5), samples.FR),
    }
    for name, (notification, context) in shown.items():
        picture(name, mail_page(notification, context), width=640)
    picture("mail-dark-en", mail_page(samples.waiting(), english), width=640, dark=True)
    picture("mail-unanswered-dark-fr", mail_page(samples.unanswered(), french), width=640, dark=True)
    png = chart.chart(samples.threat_alert(), english)
    assert png is not None
    (FOLDER / "chart-forecast-en.png").write_bytes(png)


if __name__ == "__main__":
    sys.exit(main())
