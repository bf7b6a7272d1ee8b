"""Every brand may have its own budget of false alarms; what cannot be read is told with its key."""

from models.spikes.budget import Budget
from streams.parts import Parts, spikes
from streams.settings.budgets import budget, unreadable
from streams.settings.schema import BrandSettings, Settings, SpikeSettings

_BRANDS = (
    BrandSettings(name="acme", query="acme", false_alarms="1/month", min_authors=9),
    BrandSettings(name="zenith", query="zenith"),
)
_SETTINGS = Settings(brands=_BRANDS, spikes=SpikeSettings(false_alarms="1/day", min_authors=5))


def test_a_brand_has_its_own_budget_or_that_of_all() -> None:
    """The brand's own word counts; who says nothing, or is unknown, has what `[spikes]` says."""
    found = {name: budget(_SETTINGS, _SETTINGS.brand(name)) for name in ("acme", "zenith", "stranger")}
    assert found == {name: Budget.parse(text) for name, text in zip(found, ("1/month", "1/day", "1/day"), strict=True)}


def test_the_detector_judges_each_brand_by_its_own() -> None:
    """The budget and the least number of authors reach the detector of that brand, and of no other."""
    step = spikes(Parts(_SETTINGS))
    params = {name: step.inner.detector(name).params for name in ("acme", "zenith", "stranger")}
    assert {name: (each.budget, each.min_authors) for name, each in params.items()} == {
        "acme": (Budget.parse("1/month"), 9),
        "zenith": (Budget.parse("1/day"), 5),
        "stranger": (Budget.parse("1/day"), 5),
    }


def test_all_that_cannot_be_read_is_told() -> None:
    """Each with its key, the common one first."""
    odd = (BrandSettings(name="acme", query="acme", false_alarms="often"), _BRANDS[1])
    found = list(unreadable(Settings(brands=odd, spikes=SpikeSettings(false_alarms="0/week"))))
    assert [each.key for each in found] == ["spikes.false_alarms", "brands[acme].false_alarms"]
    assert found[1].message.startswith("'often' is no false-alarm budget: write NUMBER/PERIOD")
    assert list(unreadable(_SETTINGS)) == []
