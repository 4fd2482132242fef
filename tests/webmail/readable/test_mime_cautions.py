"""What a reader is warned of, and above all not warned of."""

import pytest

from webmail.conversations.caution_notes import cautions
from webmail.readable import mime
from webmail.readable.cautions import Flags, flags
from webmail.readable.reading import prepare

OWN = ["ac-normandie.fr", "ac-rouen.fr"]


def said(*fields: str) -> list[str]:
    raw = "\r\n".join([*fields, "", "Bonjour"]).encode()
    return [it.title for it in cautions(prepare(mime.read_bytes(raw), OWN, inline_url=str))]


LISTED = ("To: profs@l.example", "List-Id: <profs.l.example>")


@pytest.mark.parametrize(
    ("fields", "is_told"),
    [
        (("From: a@x.example", "Reply-To: profs@l.example", *LISTED), False),
        (("From: a@x.example", "Reply-To: profs@evil.example", *LISTED), True),
        (("From: a@x.example", "Reply-To: autre@l.example", *LISTED), True),
        (("From: a@x.example", "Reply-To: profs@l.example", LISTED[0]), True),
        (("From: a@ac-rouen.fr", "Reply-To: profs@l.example", *LISTED), True),
    ],
)
def test_a_list_that_wants_its_answers_is_no_trap(fields: tuple[str, ...], is_told: bool) -> None:
    assert ("Réponse détournée." in said(*fields)) is is_told


def of(*fields: str, servers: tuple[str, ...] = ()) -> Flags:
    return flags(mime.read_bytes("\r\n".join([*fields, "", "Bonjour"]).encode()), OWN, servers)


@pytest.mark.parametrize(
    ("sender", "is_external"),
    [
        ("a@ac-normandie.fr", False),
        ("a@AC-Rouen.fr", False),
        ("a@lycee.ac-normandie.fr", False),
        ("a@xac-normandie.fr", True),
        ("a@ac-normandie.fr.example", True),
        ("a@ac-normandie.fr, b@example.org", True),
        ("a", True),
        ("", True),
    ],
)
def test_who_is_external(sender: str, is_external: bool) -> None:
    assert of(f"From: {sender}").external is is_external


@pytest.mark.parametrize(
    "sender",
    [
        '"rectorat@ac-normandie.fr" <x@example.org>',
        '"Rectorat (rectorat@ac-normandie.fr)" <x@example.org>',
        "=?utf-8?Q?rectorat=40ac-normandie.fr?= <x@example.org>",
        '"rectorat＠ac-normandie.fr" <x@example.org>',
        '"rectorat @ ac-normandie.fr" <x@example.org>',
        '"rec\u200btorat@ac-normandie.fr" <x@example.org>',
        '"ce@lycee.ac-normandie.fr" <x@example.org>',
        '"rectorat@ac-normandie.fr" <eleve@ac-normandie.fr>',
    ],
)
def test_a_name_that_shows_an_own_address_is_spoofed(sender: str) -> None:
    assert of(f"From: {sender}").spoofed_name


@pytest.mark.parametrize(
    "sender",
    [
        '"a@ac-normandie.fr" <a@ac-normandie.fr>',
        '"a@ac-rouen.fr" <a@ac-normandie.fr>',
        '"x@example.org" <x@example.org>',
        '"x@example.com" <x@example.org>',
        "Rectorat de Normandie <x@example.org>",
        "a@ac-normandie.fr",
    ],
)
def test_an_ordinary_name_is_not(sender: str) -> None:
    assert not of(f"From: {sender}").spoofed_name


@pytest.mark.parametrize(
    "domain",
    [
        "ac-norrnandie.fr",
        "ac-n0rmandie.fr",
        "ac-normandle.fr",
        "ac-normandie.com",
        "ac-normandie.fr.example.org",
        "ac-normandie-fr.example",
        "аc-normandie.fr",
        "xn--c-normandie-xij.fr",
        "ac-normandi.fr",
        "ac-nromandie.fr",
    ],
)
def test_a_domain_that_imitates_an_own_one_is_recognised(domain: str) -> None:
    assert of(f"From: Rectorat <a@{domain}>").lookalike_domain


@pytest.mark.parametrize(
    "domain",
    [
        "ac-normandie.fr",
        "lycee.ac-normandie.fr",
        "ac-versailles.fr",
        "ac-nantes.fr",
        "normandie.fr",
        "education.gouv.fr",
        "univ-rouen.fr",
        "gmail.com",
        "orange.fr",
        "bücher.example",
        "münchen.de",
        "правительство.рф",
        "会社.jp",
        "localhost",
        "",
    ],
)
def test_an_ordinary_domain_is_not(domain: str) -> None:
    assert not of(f"From: a@{domain}").lookalike_domain


@pytest.mark.parametrize(
    ("sender", "reply_to", "differs"),
    [
        ("a@ac-normandie.fr", "b@example.org", True),
        ("a@ac-normandie.fr", "a@ac-normandie.fr.tracker.invalid", True),
        ("a@ac-normandie.fr", "a@ac-normandie.fr, b@example.org", True),
        ("a@ac-normandie.fr", "b@ac-normandie.fr", False),
        ("a@ac-normandie.fr", "b@ac-rouen.fr", False),
        ("a@news.example.org", "contact@example.org", False),
        ("a@one.co.uk", "a@two.co.uk", True),
        ("a@example.org", "", False),
        ("a@example.org", "Personne", False),
    ],
)
def test_answers_that_go_to_someone_else(sender: str, reply_to: str, differs: bool) -> None:
    assert of(f"From: {sender}", f"Reply-To: {reply_to}").reply_to_differs is differs


def test_only_the_own_servers_word_on_authenticity_is_taken() -> None:
    forged = "Authentication-Results: evil.example; dmarc=pass"
    ours = "Authentication-Results: mx.ac-normandie.fr 1; spf=fail; dkim=none; dmarc=fail (p=none)"
    assert of(forged, ours, servers=("mx.ac-normandie.fr",)).authentication_failed
    assert not of(
        ours.replace("mx.", "evil."), servers=("mx.ac-normandie.fr",)
    ).authentication_failed
    assert not of(ours).authentication_failed


def test_a_forwarded_message_whose_dkim_holds_is_not_accused() -> None:
    line = "Authentication-Results: mx; spf=softfail; dkim=fail; dkim=pass"
    assert not of(line, servers=("mx",)).authentication_failed


@pytest.mark.parametrize(
    ("post", "links", "is_one_click"),
    [
        ("List-Unsubscribe=One-Click", "<mailto:a@b.fr>, <https://b.fr/\r\n u>", True),
        ("List-Unsubscribe=One-Click", "<http://b.fr/u>", False),
        ("", "<https://b.fr/u>", False),
    ],
)
def test_leaving_a_list_in_one_click_needs_https_and_the_post_field(
    post: str, links: str, is_one_click: bool
) -> None:
    found = of(f"List-Unsubscribe: {links}", f"List-Unsubscribe-Post: {post}")
    assert found.one_click_unsubscribe is is_one_click


@pytest.mark.parametrize(
    ("value", "is_automatic"),
    [("auto-replied (vacation)", True), ("auto-generated", True), ("no", False), ("No; x", False)],
)
def test_what_was_sent_by_itself(value: str, is_automatic: bool) -> None:
    assert of(f"Auto-Submitted: {value}").auto_submitted is is_automatic


def test_a_receipt_is_requested_only_for_someone() -> None:
    assert of("Disposition-Notification-To: a@b.fr").receipt_requested
    assert not of("Disposition-Notification-To:").receipt_requested


def test_a_dangerous_file_is_told_under_any_disguise() -> None:
    name = "facture\u202efdp.exe"
    assert of(f'Content-Disposition: attachment; filename="{name}"').dangerous_attachment
    assert not of('Content-Disposition: attachment; filename="a.pdf"').dangerous_attachment
