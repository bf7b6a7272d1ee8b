"""People and channels of the settings as recipients: who is reached how."""

from streams.settings import Settings


def contacts(settings: Settings) -> dict[str, tuple[str, ...]]:
    """By recipient (`channel:NAME`, `person:NAME`), the channels by which they are reached.

    >>> from streams.settings import PersonSettings, TerminalSettings
    >>> contacts(Settings(channels={"team": TerminalSettings()}, people={"lea": PersonSettings(channels=("team:U1",))}))
    {'channel:team': ('team',), 'person:lea': ('team:U1',)}
    """
    own = {f"channel:{name}": (name,) for name in settings.channels}
    return own | {f"person:{name}": person.channels for name, person in settings.people.items()}
