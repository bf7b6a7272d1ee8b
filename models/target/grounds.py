"""Why a post may mean something else for the brand than on the whole."""

from enum import Enum


class Ground(Enum):
    """What a post has to do with the brand it names: the first six are turns of phrase, the others go by clauses."""

    ASIDE = "aside"
    """It is a place, a sponsor, an employer, stolen goods, or asked for help about somebody else."""
    PRAISED = "praised"
    """It came to the rescue, or its faults are denied."""
    PREFERRED = "preferred"
    """Somebody goes over to it; what they say then counts."""
    BLAMED = "blamed"
    """Somebody leaves it, or warns of it."""
    OUTDONE = "outdone"
    """Others are better."""
    UNLIKE = "unlike"
    """It is what the post's subject is not."""
    CONTRAST = "contrast"
    """Its clause stands after “but”, or beside a “whereas”."""
    RIVAL = "rival"
    """Other clauses are about another brand."""
    RESCUE = "rescue"
    """It does somebody a good turn, and the other clauses have something else to be angry with."""
    DEED = "deed"
    """It does somebody a good turn in a clause of its own."""
    CULPRIT = "culprit"
    """The other clauses have something else to be angry with."""
