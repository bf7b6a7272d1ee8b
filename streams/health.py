"""What an agent process says about itself to those who ask whether it lives."""

from dataclasses import dataclass


@dataclass(slots=True)
class Health:
    """Kept up to date by the agent, read by `/healthz` and `/readyz`.

    >>> Health("spikes", ready=True, blocked_for_s=3.0).problem(stuck_after_s=120) is None
    True
    >>> Health("spikes", blocked_for_s=90.0).problem(stuck_after_s=120)
    'spikes has made no progress for 90 s although records wait'
    """

    agent: str
    ready: bool = False
    """Joined its group and recovered its states."""
    blocked_for_s: float = 0.0
    """For how long records have waited without progress."""

    def problem(self, *, stuck_after_s: float) -> str | None:
        """Why the agent is not healthy: it has used up half of the time after which it ends itself."""
        if self.blocked_for_s <= stuck_after_s / 2:
            return None
        return f"{self.agent} has made no progress for {self.blocked_for_s:.0f} s although records wait"
