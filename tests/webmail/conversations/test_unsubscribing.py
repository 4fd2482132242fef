"""Leaving a list: the surest way that a message offers, and nothing before it is confirmed."""

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.conf import LazySettings

from deploy.certificates import write_certificates
from tests.people import Academy
from tests.webmail.conversations.test_invitations import delivered
from tests.webmail.conversations.test_reporting import read, sent
from tests.webmail.sync.indexing import message
from tests.webmail.test_first_mail import browser_of
from webmail.models import OutgoingMessage
from webmail.outside.asking import Bounds
from webmail.readable import mime
from webmail.responding import unsubscribing
from webmail.responding.unsubscribing import Leaving, NotHeard, Way
from webmail.syntax.headers import split

pytestmark = pytest.mark.django_db(transaction=True)

SERVER = "mx.ac-normandie.fr"
CHECKED = f"Authentication-Results: {SERVER}; dkim=pass header.d=lettre.example header.s=a\r\n"
SIGNED = (
    "DKIM-Signature: v=1; a=rsa-sha256; d=lettre.example; s=a;"
    " h=from:to:list-unsubscribe:list-unsubscribe-post; bh=x; b=y\r\n"
)
ONE_CLICK = "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"


def mail(*fields: str, ways: str) -> bytes:
    letter = message("La lettre", own="1@lettre.example", sender="Lettre <a@lettre.example>")
    head = "".join(fields) + f"List-Unsubscribe: {ways}\r\nList-Id: <la.lettre.example>\r\n"
    return head.encode() + letter


def way(raw: bytes) -> Leaving | None:
    return unsubscribing.way_of(mime.read_bytes(raw), split(raw), [SERVER])


@pytest.mark.parametrize(
    ("fields", "ways", "expected"),
    [
        ((CHECKED, SIGNED, ONE_CLICK), "<https://l.example/u>", Way.ONE_CLICK),
        (
            (CHECKED, SIGNED, ONE_CLICK),
            "<mailto:u@l.example>, <https://l.example/u>",
            Way.ONE_CLICK,
        ),
        ((SIGNED, ONE_CLICK), "<https://l.example/u>", Way.PAGE),
        ((CHECKED, ONE_CLICK), "<https://l.example/u>", Way.PAGE),
        ((CHECKED, SIGNED), "<https://l.example/u>", Way.PAGE),
        (
            (CHECKED.replace(SERVER, "x.example"), SIGNED, ONE_CLICK),
            "<https://l.example/u>",
            Way.PAGE,
        ),
        ((CHECKED.replace("pass", "fail"), SIGNED, ONE_CLICK), "<https://l.example/u>", Way.PAGE),
        (
            (CHECKED.replace("d=lettre", "d=autre"), SIGNED, ONE_CLICK),
            "<https://l.example/u>",
            Way.PAGE,
        ),
        (
            (CHECKED, SIGNED.replace(":list-unsubscribe-post", ""), ONE_CLICK),
            "<https://l.example/u>",
            Way.PAGE,
        ),
        ((SIGNED, ONE_CLICK), "<https://l.example/u>, <mailto:u@l.example>", Way.MESSAGE),
    ],
)
def test_one_click_needs_a_checked_signature_over_its_fields(
    fields: tuple[str, ...], ways: str, expected: Way
) -> None:
    found = way(mail(*fields, ways=ways))
    assert found is not None
    assert found.way is expected


@pytest.mark.parametrize(
    "ways",
    ["<http://l.example/u>", "<mailto:>", "<mailto:x>", "<javascript:alert(1)>", "https://x"],
)
def test_what_is_no_way_is_not_offered(ways: str) -> None:
    assert way(mail(ways=ways)) is None


def test_a_message_says_what_the_list_wants_and_nothing_else() -> None:
    found = way(mail(ways="<mailto:u@l.example?subject=stop%0D%0ABcc:%20a@b.fr&body=x&cc=c@d.fr>"))
    assert found == Leaving(Way.MESSAGE, "u@l.example", subject="stop Bcc: a@b.fr", text="x")


def test_a_plus_in_what_the_list_wants_stays_a_plus() -> None:
    found = way(mail(ways="<mailto:u+a1@l.example?subject=stop+a1%20x>"))
    assert found == Leaving(Way.MESSAGE, "u+a1@l.example", subject="stop+a1 x")


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator["ListHost"]:
    """A list's machine on localhost, with a certificate that the site trusts."""
    write_certificates(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with ListHost(tmp_path) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


class ListHost(ThreadingHTTPServer):
    """`heard` holds each POST's path, fields of the header, and body."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), ListAnswers)
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "server.crt", folder / "server.key")
        self.socket = context.wrap_socket(self.socket, server_side=True)

    def url(self, path: str) -> str:
        return f"https://localhost:{self.server_address[1]}/{path}"


class ListAnswers(BaseHTTPRequestHandler):
    server: ListHost

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fields = {name.lower(): value for name, value in self.headers.items()}
        self.server.heard.append((self.path, fields, body))
        self.send_response({"/non": 500, "/ailleurs": 302}.get(self.path, 200))
        self.send_header("Location", "/oui")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Nothing on the console."""


def test_one_click_leaves_once_confirmed_and_tells_nothing_more(
    academy: Academy, host: ListHost, settings: LazySettings
) -> None:
    settings.AUTHENTICATION_SERVERS = [SERVER]
    settings.PICTURE_PRIVATE_HOSTS = frozenset({"localhost"})
    raw = mail(CHECKED, SIGNED, ONE_CLICK, ways=f"<{host.url('oui?x=1')}>")
    client, pane = read(academy.camille, raw, "La lettre")
    page = client.get(pane.unsubscribe_url)
    assert "la.lettre.example" in page.content.decode()
    assert host.heard == []
    told = client.post(pane.unsubscribe_url, follow=True).content.decode()
    assert "C’est fait" in told
    ((path, fields, body),) = host.heard
    assert (path, body) == ("/oui?x=1", b"List-Unsubscribe=One-Click")
    assert fields["content-type"] == "application/x-www-form-urlencoded"
    assert not {"cookie", "referer", "user-agent"} & set(fields)


@pytest.mark.parametrize("path", ["non", "ailleurs"])
def test_a_list_that_says_no_is_told_to_the_reader(
    academy: Academy, host: ListHost, settings: LazySettings, path: str
) -> None:
    settings.AUTHENTICATION_SERVERS = [SERVER]
    settings.PICTURE_PRIVATE_HOSTS = frozenset({"localhost"})
    raw = mail(CHECKED, SIGNED, ONE_CLICK, ways=f"<{host.url(path)}>")
    client, pane = read(academy.camille, raw, "La lettre")
    told = client.post(pane.unsubscribe_url, follow=True).content.decode()
    assert "n’a pas accepté la demande" in told
    assert len(host.heard) == 1


def test_machines_of_the_inner_network_are_never_asked(host: ListHost) -> None:
    with pytest.raises(NotHeard):
        unsubscribing.ask_once(host.url("oui"), Bounds(octets=1, seconds=5))
    assert host.heard == []


def test_a_list_is_left_by_a_message(academy: Academy) -> None:
    raw = mail(ways=f"<mailto:{academy.nadia.address}?subject=Sortir%20de%20la%20liste>")
    client, pane = read(academy.camille, raw, "La lettre")
    assert academy.nadia.address in client.get(pane.unsubscribe_url).content.decode()
    for _ in range(2):
        client.post(pane.unsubscribe_url)
    sent()
    assert academy.camille.address in delivered(academy.nadia, "Sortir de la liste")["From"]


def test_a_page_of_the_list_is_only_linked(academy: Academy) -> None:
    client, pane = read(academy.camille, mail(ways="<https://l.example/u>"), "La lettre")
    page = client.get(pane.unsubscribe_url).content.decode()
    assert 'href="https://l.example/u" target="_blank" rel="noopener noreferrer nofollow"' in page
    client.post(pane.unsubscribe_url)
    assert not OutgoingMessage.objects.exists()


def test_nothing_is_offered_where_there_is_nothing_to_leave(academy: Academy) -> None:
    client, pane = read(academy.camille, message("Bonjour", own="1@x"), "Bonjour")
    assert pane.unsubscribe_url == ""
    assert client.get(f"{pane.url}desabonnement/").status_code == 404
    assert browser_of(academy.bastien).get(f"{pane.url}desabonnement/").status_code == 404
