"""Where the sample's randomness comes from: the same words always give the same draws."""

from random import Random


def chance(*about: object) -> Random:
    """A source of draws that depends on what it is about, and on nothing else."""
    return Random("/".join(map(str, about)))  # noqa: S311  (no secret comes from it)
