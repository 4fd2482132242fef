import copy
import json
import logging
import pickle
import traceback

import pytest
from django.template import Context, Template

from accounts.secrets import Answer, Code, Numen, Password, Secret, Token

KINDS = [Password, Code, Answer, Token, Numen]
CLEAR = "cheval-agrafe"


@pytest.mark.parametrize("kind", KINDS)
def test_a_secret_prints_as_dots_however_it_is_printed(kind: type[Secret]) -> None:
    secret = kind(CLEAR)
    shown = [
        str(secret),
        repr(secret),
        f"{secret}",
        f"{secret!r:>40}",
        f"{secret:.3}",
        str([secret]).strip("[]"),
    ]
    assert {text.strip() for text in shown} == {"•••"}


def test_a_secret_tells_neither_its_length_nor_its_text_to_a_page() -> None:
    page = Template("{{ code }} {{ code|length }} {{ code|upper }} {{ code|slice:3 }}").render(
        Context({"code": Code(CLEAR)})
    )
    assert page == "••• 0 ••• •••"


def test_a_log_line_shows_dots(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("site").warning("refused %s for %r", Password(CLEAR), [Token(CLEAR)])
    assert caplog.messages == ["refused ••• for [•••]"]


def test_a_traceback_with_local_variables_shows_dots() -> None:
    def check(password: Password) -> None:
        raise ValueError(password)

    with pytest.raises(ValueError, match="•••") as failure:
        check(Password(CLEAR))
    shown = traceback.TracebackException.from_exception(failure.value, capture_locals=True)
    assert CLEAR not in "".join(shown.format())


@pytest.mark.parametrize("write", [pickle.dumps, json.dumps], ids=["pickle", "json"])
def test_a_secret_refuses_to_be_put_in_a_cache_or_a_queue(write: object) -> None:
    assert callable(write)
    with pytest.raises(TypeError):
        write({"password": Password(CLEAR)})


def test_a_secret_has_no_attributes_to_list() -> None:
    with pytest.raises(TypeError):
        vars(Password(CLEAR))


def test_secrets_are_equal_when_their_kind_and_text_are() -> None:
    assert Code("BCDF") == Code("BCDF")
    assert Code("BCDF") != Code("BCDG")
    assert Code("BCDF") != Answer("BCDF")
    assert Code("BCDF") != "BCDF"
    assert len({Code("BCDF"), Code("BCDF"), Answer("BCDF")}) == 2


def test_a_lone_surrogate_from_a_browser_is_compared_like_any_text() -> None:
    assert Password("a\ud800") == Password("a\ud800")
    assert Password("a\ud800") != Password("a\ud801")


def test_a_copied_form_keeps_its_secret() -> None:
    assert copy.deepcopy({"answer": Answer(CLEAR)})["answer"].reveal() == CLEAR


def test_an_empty_secret_is_false() -> None:
    assert not Password("")
    assert Password(" ")
