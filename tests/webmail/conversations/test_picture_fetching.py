"""What the site fetches for a reader, and all that it does not."""

import time
from collections.abc import Iterator

import pytest

from tests.webmail.conversations.picture_host import PIXEL, PictureHost, picture_host
from webmail.outside.addresses import is_public
from webmail.outside.asking import Bounds
from webmail.pictures.fetching import NoPicture, fetch

OWN = Bounds(octets=1 << 20, seconds=5, private_hosts=frozenset({"localhost"}))
STRANGERS = Bounds(octets=1 << 20, seconds=5)


@pytest.fixture(scope="module")
def host() -> Iterator[PictureHost]:
    with picture_host() as running:
        yield running


@pytest.fixture(autouse=True)
def _silence(host: PictureHost) -> None:
    host.heard.clear()


def test_a_picture_comes_with_its_true_type(host: PictureHost) -> None:
    picture = fetch(host.url("/pixel.png"), OWN)
    assert (picture.media_type, picture.content) == ("image/gif", PIXEL)


def test_the_sender_learns_nothing_of_the_reader(host: PictureHost) -> None:
    fetch(host.url("/pixel"), OWN)
    fields = host.heard[0][1]
    assert fields.keys() <= {"host", "accept", "accept-encoding", "user-agent", "connection"}
    assert fields["user-agent"] == "Mozilla/5.0 (compatible; images de courriel)"


def test_a_redirection_is_followed(host: PictureHost) -> None:
    assert fetch(host.url("/to?url=/pixel"), OWN).content == PIXEL


def test_no_cookie_of_a_redirection_is_given_back(host: PictureHost) -> None:
    fetch(host.url("/to?url=/pixel"), OWN)
    assert all("cookie" not in fields for _path, fields in host.heard)


@pytest.mark.parametrize(
    "path",
    [
        "/svg",
        "/big",
        "/packed",
        "/round",
        "/to?url=ftp://localhost/x",
        "/to?url=file:///etc/passwd",
    ],
)
def test_what_is_no_picture_or_too_much_is_refused(host: PictureHost, path: str) -> None:
    with pytest.raises(NoPicture):
        fetch(host.url(path), OWN)


def test_an_endless_trickle_is_cut(host: PictureHost) -> None:
    started = time.monotonic()
    with pytest.raises(NoPicture):
        fetch(host.url("/drip"), Bounds(1 << 20, 1, frozenset({"localhost"})))
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]", "0.0.0.0", "2130706433"])  # noqa: S104
def test_no_mail_reaches_this_machine(host: PictureHost, name: str) -> None:
    with pytest.raises(NoPicture):
        fetch(f"http://{name}:{host.port}/pixel", STRANGERS)
    assert host.paths == []


def test_a_redirection_to_this_machine_is_not_followed(host: PictureHost) -> None:
    target = f"http://127.0.0.1:{host.port}/pixel"
    with pytest.raises(NoPicture):
        fetch(host.url(f"/to?url={target}"), OWN)
    assert host.paths == [f"/to?url={target}"]


def test_a_name_with_a_password_is_not_asked(host: PictureHost) -> None:
    with pytest.raises(NoPicture):
        fetch(f"http://qui:quoi@localhost:{host.port}/pixel", OWN)
    assert host.paths == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "192.0.2.1", "198.18.0.1",  # noqa: S104
        "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::",
    ],
)  # fmt: skip
def test_a_special_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["9.9.9.9", "2620:fe::fe", "64:ff9b::909:909", "::ffff:9.9.9.9"]
)
def test_an_ordinary_address_is_public(address: str) -> None:
    assert is_public(address)
