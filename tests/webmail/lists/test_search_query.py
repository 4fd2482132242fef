"""What the search box understands."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webmail.message.words import tokens, words_of
from webmail.search.query import (
    LONGEST,
    MOST_TERMS,
    READERS,
    Field,
    Mark,
    Marked,
    Named,
    Span,
    Text,
    parse,
)


def test_words_know_neither_case_nor_accents() -> None:
    assert words_of("Réunion d’ÉQUIPE, cœur") == ("reunion", "d", "equipe", "coeur")
    assert words_of("re\u0301union") == words_of("RÉUNION")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("from:nadia", Field.FROM), ("de:Nadia", Field.FROM), ("De: nadia", Field.FROM),
        ("to:nadia", Field.TO), ("à:nadia", Field.TO), ("a:nadia", Field.TO), ("cc:nadia", Field.TO),
        ("subject:nadia", Field.SUBJECT), ("objet:nadia", Field.SUBJECT), ("nadia", Field.ANY),
    ],
)  # fmt: skip
def test_each_field_has_its_names_in_both_languages(text: str, where: Field) -> None:
    assert parse(text).texts == [Text(where, ("nadia",))]


def test_quotes_keep_words_together_and_a_minus_leaves_out() -> None:
    query = parse('«\u00a0conseil de classe\u00a0» -objet:"trop tard" -spam')
    assert query.texts == [
        Text(Field.ANY, ("conseil", "de", "classe"), whole=True),
        Text(Field.SUBJECT, ("trop", "tard"), whole=True, excluded=True),
        Text(Field.ANY, ("spam",), excluded=True),
    ]


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("has:attachment", Mark.ATTACHMENT), ("pièce:jointe", Mark.ATTACHMENT), ("avec:pj", Mark.ATTACHMENT),
        ("has:star", Mark.STARRED), ("is:starred", Mark.STARRED), ("est:suivi", Mark.STARRED),
        ("is:unread", Mark.UNREAD), ("est:non-lu", Mark.UNREAD), ("is:read", Mark.READ), ("est:lu", Mark.READ),
        ("is:external", Mark.EXTERNAL), ("est:externe", Mark.EXTERNAL), ("is:answered", Mark.ANSWERED),
        ("est:répondu", Mark.ANSWERED),
    ],
)  # fmt: skip
def test_marks(text: str, mark: Mark) -> None:
    assert parse(text).marks == [Marked(mark)]
    assert parse(f"-{text}").marks == [Marked(mark, excluded=True)]


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("after:2026-09-01", Span(first=date(2026, 9, 1))),
        ("après:01/09/2026", Span(first=date(2026, 9, 1))),
        ("before:2026-09", Span(end=date(2026, 9, 1))),
        ("avant:2026", Span(end=date(2026, 1, 1))),
        ("on:2026-12-31", Span(date(2026, 12, 31), date(2027, 1, 1))),
        ("le:12/2026", Span(date(2026, 12, 1), date(2027, 1, 1))),
        ("le:2026", Span(date(2026, 1, 1), date(2027, 1, 1))),
    ],
)
def test_dates_are_days_months_or_years(text: str, span: Span) -> None:
    assert parse(text).spans == [span]


def test_labels_and_folders() -> None:
    query = parse('étiquette:urgent label:"à voir" -in:archives dans:Projets')
    assert query.labels == [Named(("urgent",)), Named(("a", "voir"))]
    assert query.folders == [Named(("archives",), excluded=True), Named(("projets",))]


@pytest.mark.parametrize(
    "text", ["avant:demain", "le:31/02/2026", "on:0000", "is:bizarre", "le:2026-13"]
)
def test_what_is_not_understood_is_told(text: str) -> None:
    query = parse(text)
    assert query.misread == [text]
    assert query.is_empty


def test_an_unknown_operator_is_told_and_searched_as_words() -> None:
    query = parse("classe:4B")
    assert query.unknown == ["classe"]
    assert query.texts == [Text(Field.ANY, ("classe", "4b"))]


def test_a_time_or_a_web_address_is_no_operator() -> None:
    assert parse("14:30").unknown == []


@pytest.mark.parametrize("text", ["", "  ", "de:", '""', "-", "::", "\0", "«\u00a0»"])
def test_nothing_is_nothing(text: str) -> None:
    assert parse(text).is_empty


def test_what_is_too_long_is_cut_and_told() -> None:
    assert parse("a" * (LONGEST + 1)).was_cut
    many = parse(" ".join("mot" for _ in range(MOST_TERMS + 1)))
    assert many.was_cut
    assert len(many.texts) == MOST_TERMS


@given(st.text(max_size=700))
def test_anything_can_be_typed(text: str) -> None:
    query = parse(text)
    for found in query.texts:
        assert all(word.isalnum() and word == word.casefold() for word in found.words)


@given(
    st.lists(st.sampled_from([*READERS, "x"]), max_size=8),
    st.text(alphabet='ab:"- éœ/20', max_size=30),
)
def test_operators_in_any_order_never_fail(names: list[str], rest: str) -> None:
    parse(" ".join(f"{name}:{rest}" for name in names))


@given(st.text(), st.text(), st.text(), st.text())
def test_tokens_are_words_with_a_space_between(
    subject: str, name: str, address: str, people: str
) -> None:
    for token in filter(None, tokens(7, subject, name, address, people).split(" ")):
        assert token[:2] in {"7s", "7f", "7t"}
        assert token.isalnum()
