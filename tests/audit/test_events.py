import pytest
from django.utils import translation

from audit.events import EVENTS, Event, Severity
from audit.models import Entry


@pytest.mark.parametrize("event", Event)
def test_every_event_has_a_sentence_and_a_severity(event: Event) -> None:
    with translation.override("fr"):
        sentence = str(event.sentence)
    assert sentence.endswith(".")
    assert sentence[0].isupper()
    assert isinstance(event.severity, Severity)


def test_an_event_is_found_by_the_code_in_the_database() -> None:
    assert Entry(event="numen_revealed").what is Event.NUMEN_REVEALED
    assert len(EVENTS) == len(Event)


@pytest.mark.parametrize("event", Event)
def test_a_code_fits_its_column(event: Event) -> None:
    assert len(event) <= 40
