"""A key ring for the NUMEN, and somebody with a letter in their hand."""


import pytest

from tests.accounts.conftest import moulin, prevert, ring, write_ring
from tests.activation.activating import Newcomer, newcomer

__all__ = ["moulin", "prevert", "ring", "write_ring"]


@pytest.fixture
def solene(db: None) -> Newcomer:
    return newcomer()
