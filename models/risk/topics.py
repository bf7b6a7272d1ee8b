"""The taxonomy of the risk signal; docs/risk.md says what belongs to each topic and what does not."""

from typing import Final

TAXONOMY: Final = {
    "injury": "people are hurt, poisoned or dead",
    "safety-recall": "a product is withdrawn, or is said to be dangerous",
    "data-leak": "customers' data, accounts or messages are in wrong hands",
    "fraud": "the brand, or someone in its name, is said to cheat, bribe, launder or falsify",
    "discrimination": "people are treated worse for what they are",
    "misconduct": "harassment, abuse or violence by the brand's people, and scandals of its heads",
    "labour": "strikes, dismissals, working conditions",
    "environment": "pollution, spills, cruelty to animals, greenwashing",
    "legal": "lawsuits, fines, searches, investigations",
    "boycott": "calls to buy no more",
    "outage": "the service is down for many",
    "rumour": "unconfirmed bad news about the brand's fate or products",
}
"""The topics, worst first: of two equally certain ones the worse is told."""
