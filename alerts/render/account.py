"""The timeline in words: what `tocsin why` and the post-mortem say, in English and French."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Final

import msgspec

from alerts.audit import Act, Entry, What
from alerts.channels.protocol import PASSED_OVER
from alerts.render import reasons, speech
from alerts.render.context import Locale
from alerts.render.safety import clean
from alerts.why import words
from models.records import Phase, SignalKind, SignalPhase, Why

# In French `~` stands for the space that must not break, as in `catalogue`.
_TEXTS: Final[dict[Locale, dict[str, str]]] = {
    "en": {
        "kind.spike": "a surge of negative mentions",
        "kind.viral-threat": "a hostile post that spreads",
        "kind.viral-opportunity": "a favourable post that spreads",
        "signal.raised": "noticed: {kind} ({observed} where {expected} are usual)",
        "signal.worsened": "noticed: {kind} gets worse ({observed} where {expected} are usual)",
        "signal.ended": "noticed: {kind} has ended",
        "act.ack": "{who} took charge{via}",
        "act.snooze": "{who} asked for quiet until {until}{via}",
        "act.false-alarm": "{who} called it a false alarm{via}",
        "act.resolve": "{who} closed it{via}",
        "act.silence": "{who} set a silence until {until}{via}",
        "act.unsilence": "{who} ended a silence{via}",
        "via": " (by {via})",
        "decision": "{severity}, for {whom}: {why}",
        "decision.quiet": "{severity}, for {whom}, quietly: {why}",
        "decision.nobody": "{severity}, but NOBODY is set to be told: {why}",
        "sent": "told {whom}{via}: {why}",
        "failed": "could NOT tell {whom}{via}: {reason}",
        "superseded": "did not tell {whom}{via}: {why}; a newer message says more",
        "passed-over": "did not tell {whom}{via}: {why}; this channel tells no quiet changes",
        "withheld": "did not tell {whom}: {why}",
        "anybody": "anybody",
        "heading": "{brand}, {since} to {until}",
        "incident": "{severity} incident {incident}: {phase}",
        "incident.untold": "Incident {incident}",
        "phase.open": "open, and nobody has taken charge",
        "phase.acknowledged": "somebody has taken charge",
        "phase.snoozed": "somebody asked for quiet",
        "phase.resolved": "over",
        "loose": "What belongs to no incident",
        "silent": "Nothing was noticed, so nobody was told.",
        "heard": "Heard: {mentions}, of them {adverse} against the brand; the most in one hour: {most} ({hour}).",
        "heard.elsewhere.one": "{n} other was negative as a post, but not towards the brand.",
        "heard.elsewhere.other": "{n} others were negative as posts, but not towards the brand.",
        "heard.none": "Heard: not one mention. Is a source silent? See tocsin_source_* in the metrics.",
        "unjudged": "Surges are NOT judged yet: what is usual is not known. Heard since {since}, in {hours} of the "
        "{needed} different hours that it takes; judged from {earliest} at the earliest, {latest} at the latest.",
        "unjudged.soon": "Surges are NOT judged yet: what is usual is not known. Heard since {since}; judged from "
        "{earliest} on.",
        "unjudged.never": "Surges are NOT judged yet: the detector has heard nothing so far. It takes a day with "
        "mentions in {needed} different hours, or two weeks.",
        "unjudged.learn": "“tocsin learn FILE” teaches the past, and they are judged at once; posts that spread are "
        "judged already.",
        "mentions.one": "{n} mention",
        "mentions.other": "{n} mentions",
    },
    "fr": {
        "kind.spike": "une vague de mentions négatives",
        "kind.viral-threat": "un message hostile qui se répand",
        "kind.viral-opportunity": "un message favorable qui se répand",
        "signal.raised": "remarqué~: {kind} ({observed}, contre {expected} d’habitude)",
        "signal.worsened": "remarqué~: {kind}, et cela s’aggrave ({observed}, contre {expected} d’habitude)",
        "signal.ended": "remarqué~: {kind}, c’est fini",
        "act.ack": "{who} s’en est chargé{via}",
        "act.snooze": "{who} a demandé le silence jusqu’au {until}{via}",
        "act.false-alarm": "{who} a signalé une fausse alerte{via}",
        "act.resolve": "{who} a clos l’incident{via}",
        "act.silence": "{who} a posé un silence jusqu’au {until}{via}",
        "act.unsilence": "{who} a levé un silence{via}",
        "via": " (par {via})",
        "decision": "{severity}, pour {whom}~: {why}",
        "decision.quiet": "{severity}, pour {whom}, sans bruit~: {why}",
        "decision.nobody": "{severity}, mais PERSONNE n’est à prévenir~: {why}",
        "sent": "prévenu~: {whom}{via}~; {why}",
        "failed": "NON prévenu~: {whom}{via}~; {reason}",
        "superseded": "pas prévenu~: {whom}{via}~; {why}, mais un message plus récent en dit plus",
        "passed-over": "pas prévenu~: {whom}{via}~; {why}, mais ce canal n’annonce pas les changements discrets",
        "withheld": "pas prévenu~: {whom}~; {why}",
        "anybody": "personne en particulier",
        "heading": "{brand}, du {since} au {until}",
        "incident": "{severity} incident {incident}~: {phase}",
        "incident.untold": "Incident {incident}",
        "phase.open": "ouvert, et personne ne s’en charge",
        "phase.acknowledged": "quelqu’un s’en charge",
        "phase.snoozed": "quelqu’un a demandé le silence",
        "phase.resolved": "terminé",
        "loose": "Ce qui n’appartient à aucun incident",
        "silent": "Rien n’a été remarqué, donc personne n’a été prévenu.",
        "heard": "Entendu~: {mentions}, dont {adverse} contre la marque~; au plus {most} en une heure ({hour}).",
        "heard.elsewhere.one": "{n} autre était négative en soi, mais pas envers la marque.",
        "heard.elsewhere.other": "{n} autres étaient négatives en soi, mais pas envers la marque.",
        "heard.none": "Entendu~: pas une mention. Une source se tait-elle~? Voir tocsin_source_* dans les métriques.",
        "unjudged": "Les vagues ne sont PAS encore jugées~: l’habitude n’est pas connue. Marque entendue depuis le "
        "{since}, pendant {hours} des {needed} heures différentes qu’il faut~; vagues jugées au plus tôt le "
        "{earliest}, au plus tard le {latest}.",
        "unjudged.soon": "Les vagues ne sont PAS encore jugées~: l’habitude n’est pas connue. Marque entendue "
        "depuis le {since}~; vagues jugées à partir du {earliest}.",
        "unjudged.never": "Les vagues ne sont PAS encore jugées~: le détecteur n’a encore rien entendu. Il faut "
        "un jour avec des mentions à {needed} heures différentes, ou deux semaines.",
        "unjudged.learn": "«~tocsin learn FICHIER~» enseigne le passé, et elles sont jugées aussitôt~; les "
        "messages qui se répandent le sont déjà.",
        "mentions.one": "{n} mention",
        "mentions.other": "{n} mentions",
    },
}


@dataclass(frozen=True, slots=True)
class Heard:
    """How much was heard of a brand: mentions, adverse ones, and the hour that had most of these.

    `elsewhere`: those that are not adverse, though their posts are negative: against somebody else, or nobody.
    """

    mentions: int = 0
    adverse: int = 0
    worst_hour: datetime | None = None
    worst: int = 0
    elsewhere: int = 0


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A brand whose surges are not judged yet: since when it is heard, in how many different hours of those needed, and
    from when it will be judged. None: it was never heard.
    """

    needed: int
    hours: int = 0
    since: datetime | None = None
    earliest: datetime | None = None
    latest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom it is told to: language, time zone, and how recipients are called."""

    locale: Locale = "en"
    zone: tzinfo = UTC
    names: Mapping[str, str] = field(default_factory=dict)

    def say(self, key: str, **values: str) -> str:
        return _TEXTS[self.locale][key].replace("~", speech.NBSP).format(**values)

    def time(self, at: datetime) -> str:
        """Day and minute: `22 November 2026 14:05`.

        >>> Reader().time(datetime(2026, 11, 22, 14, 5, tzinfo=UTC))
        'Sunday 22 November 2026 14:05'
        """
        local = at.astimezone(self.zone)
        return f"{speech.date(local, self.locale)} {speech.clock_time(local, self.locale)}"

    def stamp(self, at: datetime) -> str:
        """Date and second, as lines are begun with.

        >>> Reader().stamp(datetime(2026, 11, 22, 14, 5, tzinfo=UTC))
        '2026-11-22 14:05:00'
        """
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M:%S}"

    def name(self, recipient: str) -> str:
        """What people call a recipient."""
        known = self.names.get(recipient)
        return known or clean(recipient.partition(":")[2] or recipient, 60) or self.say("anybody")


def sentence(entry: Entry, reader: Reader) -> str:
    """One entry in words, without its time. What the public or a human wrote is cleaned, not escaped."""
    if entry.what is What.SIGNAL:
        return _signal(entry, reader)
    if entry.what is What.ACTION:
        return _action(entry, reader)
    why = "" if entry.why is None else words(entry.why, reader.locale)
    if entry.what is What.DECISION:
        key = "decision.nobody" if not entry.recipients else "decision.quiet" if entry.quiet else "decision"
        whom = speech.listed([reader.name(each) for each in entry.recipients])
        return reader.say(key, severity=entry.severity or "", whom=whom, why=why)
    via = reader.say("via", via=clean(entry.via, 60)) if entry.via else ""
    is_passed_over = PASSED_OVER in entry.reasons
    key = "passed-over" if is_passed_over else entry.what.value
    more = clean(reasons.of(entry.why, entry.reasons, entry.note, reader.locale, reader.time), 600)
    text = reader.say(key, whom=reader.name(entry.who), via=via, why=why, reason=more)
    return text if not more or is_passed_over or entry.what in (What.FAILED, What.SUPERSEDED) else f"{text} ({more})"


def _signal(entry: Entry, reader: Reader) -> str:
    kind = reader.say(f"kind.{entry.kind or SignalKind.SPIKE}")
    observed, expected = (speech.number(value or 0.0, reader.locale) for value in (entry.observed, entry.expected))
    return reader.say(f"signal.{entry.signal or SignalPhase.RAISED}", kind=kind, observed=observed, expected=expected)


def _action(entry: Entry, reader: Reader) -> str:
    via = reader.say("via", via=clean(entry.via, 60)) if entry.via else ""
    until = "" if entry.until is None else reader.time(entry.until)
    text = reader.say(f"act.{entry.act or Act.ACK}", who=clean(entry.who, 60), via=via, until=until)
    return f"{text}: {speech.quoted(clean(entry.note), reader.locale)}" if entry.note else text


def account(
    brand: str,
    entries: Sequence[Entry],
    heard: Heard | None,
    span: tuple[datetime, datetime],
    reader: Reader,
    *,
    unjudged: Unjudged | None = None,
) -> list[str]:
    """The whole account as lines: what was heard, then every incident with its timeline, oldest first.

    `unjudged`: what the brand's surges wait for, as of now; None where they are judged, or nobody knows.
    """
    since, until = (reader.time(at) for at in span)
    lines = [reader.say("heading", brand=clean(brand, 60), since=since, until=until)]
    if heard is not None:
        lines.append(_heard(heard, reader))
    if unjudged is not None:
        lines.append(f"{_unjudged(unjudged, reader)} {reader.say('unjudged.learn')}")
    if not entries:
        return [*lines, "", reader.say("silent")]
    for incident in dict.fromkeys(entry.incident for entry in entries):
        mine = [entry for entry in entries if entry.incident == incident]
        lines += ["", _title(incident, mine, reader)]
        lines += [f"  {reader.stamp(entry.at)}  {sentence(entry, reader)}" for entry in mine]
    return lines


def _title(incident: str, entries: Sequence[Entry], reader: Reader) -> str:
    last = next((entry for entry in reversed(entries) if entry.phase is not None), None)
    if not incident or all(entry.why is Why.NOTHING_OPEN for entry in entries):
        return reader.say("loose")
    if last is None:  # it was last told of before, or never: how it stands is not known here
        return reader.say("incident.untold", incident=incident[:12])
    phase = reader.say(f"phase.{last.phase or Phase.OPEN}")
    return reader.say("incident", severity=last.severity or "", incident=incident[:12], phase=phase)


def _heard(heard: Heard, reader: Reader) -> str:
    if heard.mentions == 0 or heard.worst_hour is None:
        return reader.say("heard.none")
    mentions = _counted("mentions", heard.mentions, reader)
    adverse, most = (speech.number(n, reader.locale) for n in (heard.adverse, heard.worst))
    told = reader.say("heard", mentions=mentions, adverse=adverse, most=most, hour=reader.time(heard.worst_hour))
    return f"{told} {_counted('heard.elsewhere', heard.elsewhere, reader)}" if heard.elsewhere else told


def _unjudged(brand: Unjudged, reader: Reader) -> str:
    needed = speech.number(brand.needed, reader.locale)
    if brand.since is None or brand.earliest is None or brand.latest is None:
        return reader.say("unjudged.never", needed=needed)
    return reader.say(
        "unjudged.soon" if brand.hours >= brand.needed else "unjudged",
        since=reader.time(brand.since),
        hours=speech.number(brand.hours, reader.locale),
        needed=needed,
        earliest=reader.time(brand.earliest),
        latest=reader.time(brand.latest),
    )


def _counted(key: str, number: int, reader: Reader) -> str:
    form = "one" if speech.is_one(number, reader.locale) else "other"
    return reader.say(f"{key}.{form}", n=speech.number(number, reader.locale))


def markdown(brand: str, entries: Sequence[Entry], reader: Reader) -> str:
    """A timeline for a post-mortem, as a Markdown table; what others wrote stays text in it."""
    rows = [
        f"| {reader.stamp(entry.at)} | {entry.incident[:12]} | {_cell(sentence(entry, reader))} |" for entry in entries
    ]
    head = [f"# {_cell(brand)}", "", "| | incident | |", "|---|---|---|"]
    return "\n".join([*head, *rows, ""])


def _cell(text: str) -> str:
    return "".join(f"\\{char}" if char in "\\`*_{}[]<>|#!" else char for char in text)


def as_json(entry: Entry) -> str:
    """One entry as a line of JSON."""
    return msgspec.json.encode(entry).decode()
