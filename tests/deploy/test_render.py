"""The mail servers' configuration is complete or is not written."""

import re
from pathlib import Path

import pytest

from deploy import render


def values(name: str) -> str:
    return {"listen": "127.0.0.1", "root": "/srv/mail", "redis_port": "16379"}[name]


def test_each_placeholder_is_filled_in(tmp_path: Path) -> None:
    render.render_server("redis", tmp_path, values)
    written = (tmp_path / "redis.conf").read_text()
    assert "bind 127.0.0.1\nport 16379\n" in written
    assert "@{" not in written


def test_a_missing_value_is_named_with_its_file(tmp_path: Path) -> None:
    with pytest.raises(render.MissingValue, match=r"redis\.conf: @\{root\} has no value"):
        render.render_server("redis", tmp_path, {"listen": "", "redis_port": "1"}.__getitem__)


def test_a_rendered_file_is_closed_to_others(tmp_path: Path) -> None:
    render.render_server("redis", tmp_path, values)
    assert (tmp_path / "redis.conf").stat().st_mode & 0o007 == 0


@pytest.mark.parametrize("server", ["dovecot", "postfix"])
def test_a_container_needs_only_what_the_operator_decides(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "password"
    secret.write_text("trois mots secrets\n")
    decided = {
        "PLI_DOMAINS": "ac-normandie.fr",
        "PLI_MAIL_HOST": "courriel.ac-normandie.fr",
        "PLI_POSTMASTER": "postmaster@ac-normandie.fr",
        "PLI_TOKEN_ISSUER": "https://webmail.ac-normandie.fr",
        "PLI_SITE_NETWORKS": "10.0.0.0/8",
        "PLI_DATABASE_HOST": "postgres",
        "PLI_DATABASE_NAME": "pli",
        "PLI_MAIL_ROLE": "pli_mail",
        "PLI_MAIL_POLICY_KEY": "policy",
        "PLI_MAIL_ROLE_PASSWORD_FILE": str(secret),
    }
    for name, value in decided.items():
        monkeypatch.setenv(name, value)
    assert render.main([server, str(tmp_path / server)]) is None
    rendered = "".join(path.read_text() for path in (tmp_path / server).iterdir())
    assert "trois mots secrets" in rendered
    assert not re.search(r"@\{[a-z]", rendered)


def test_a_container_without_a_value_is_told_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PLI_POSTMASTER", raising=False)
    complaint = render.main(["dovecot", str(tmp_path)])
    assert complaint is not None
    assert "has no value" in complaint


def test_an_unknown_server_is_refused() -> None:
    assert str(render.main(["exim", "/nowhere"])).startswith("usage:")
