"""Two settings on the same past, side by side: what each would have told, and which alerts only one of them has."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from models.records import Post, Share
from models.spikes.budget import Budget, BudgetError
from streams.backtest import Alert, brands_of, settings_for
from streams.settings.budgets import budget, unreadable
from streams.settings.file import load
from streams.settings.problems import SettingsError
from streams.settings.schema import Settings
from streams.settings.spared import OFFLINE

_NEAR: Final = timedelta(hours=6)


class WrongSetting(ValueError):
    """What was given is neither a budget nor a settings file that can be read; the message says why."""


class Setting(msgspec.Struct, frozen=True):
    """One of the two: its name as it was given (a budget, where there is no file), and the file's settings."""

    name: str
    file: Settings | None = None

    def budget(self, brand: str) -> Budget:
        return Budget.parse(self.name) if self.file is None else budget(self.file, self.file.brand(brand))

    def allowed(self, brands: Sequence[str]) -> Budget:
        """What the budgets of these brands come to on average; of no brand, that of any."""
        each = [self.budget(brand).per_minute for brand in brands or ("",)]
        return Budget(sum(each) / len(each))

    @property
    def has_queries(self) -> bool:
        """Whether it can tell by itself of which brand a post is."""
        return self.file is not None and bool(self.file.brands)

    def brands(self, records: Sequence[Post | Share]) -> list[str]:
        """The brands that are judged: those of the records, and those of the file where a record names none."""
        named = brands_of(records)
        if self.file is None or all(isinstance(each, Share) or each.known_brands for each in records):
            return named
        return sorted({*named, *(brand.name for brand in self.file.brands)})

    def of(self, records: Sequence[Post | Share]) -> Settings:
        """The settings under which these records are judged: every brand of theirs, and of the file, is watched, and
        nobody called.
        """
        if self.file is None:
            return settings_for(records, self.name)
        default = settings_for(records, self.file.spikes.false_alarms)
        channels = tuple(default.channels)
        known = [msgspec.structs.replace(b, channels=channels, escalation="", playbook="") for b in self.file.brands]
        strangers = [brand for brand in default.brands if self.file.brand(brand.name) is None]
        return msgspec.structs.replace(
            default,
            brands=(*known, *strangers),
            spikes=self.file.spikes,
            incidents=self.file.incidents,
            classifier=self.file.classifier,
            risk=self.file.risk,
        )


def setting(given: str) -> Setting:
    """A budget such as `1/week`, or a settings file; raises `WrongSetting`."""
    if not given.endswith(".toml"):
        try:
            Budget.parse(given)
        except BudgetError as error:
            raise WrongSetting(f"{error}; or name a settings file that ends in .toml") from None
        return Setting(given)
    try:
        return of_file(given, load(Path(given), spared=OFFLINE))
    except SettingsError as error:
        raise WrongSetting(str(error)) from None


def of_file(name: str, found: Settings) -> Setting:
    """What a settings file says, whose budgets can be read; else raises `WrongSetting`."""
    for remark in unreadable(found):
        raise WrongSetting(str(remark.problem(name)))
    return Setting(name, found)


def only_in(ours: Sequence[Alert], theirs: Sequence[Alert]) -> list[Alert]:
    """The alerts that the other setting does not have: no alert of that brand and kind in the same wave, or near."""
    return [alert for alert in ours if not any(_is_same(alert, other) for other in theirs)]


def _is_same(alert: Alert, other: Alert) -> bool:
    if (alert.brand, alert.kind) != (other.brand, other.kind):
        return False
    return alert.onset <= _end(other) and other.onset <= _end(alert)


def _end(alert: Alert) -> datetime:
    return alert.ended if isinstance(alert.ended, datetime) else alert.at + _NEAR
