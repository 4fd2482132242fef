"""What docker-compose.yml gives the containers is what they ask for (no engine is needed here)."""

import os
import re
import stat
import subprocess
from pathlib import Path

import pytest

from deploy import render
from deploy.docker.networks import neighbours

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
ENVIRONMENT = """\
PLI_HOST=courriel.ac-normandie.fr
PLI_IMAP_NAME=imap.ac-normandie.fr
PLI_SMTP_NAME="smtp.ac-normandie.fr"
"""


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    (tmp_path / "env").write_text(f"{ENVIRONMENT}PLI_SECRETS={tmp_path / 'secrets'}\n")
    make_secrets(tmp_path)
    return tmp_path / "secrets"


def make_secrets(folder: Path) -> None:
    variables = os.environ | {"PLI_ENV_FILE": str(folder / "env")}
    subprocess.run(  # noqa: S603
        ["/bin/sh", ROOT / "deploy" / "docker" / "init.sh"], check=True, env=variables
    )


def declared_secrets() -> set[str]:
    return set(re.findall(r"\{file: \"\$\{PLI_SECRETS:-\./var/secrets\}/(\w+)\"\}", COMPOSE))


@pytest.mark.parametrize("server", ["dovecot", "postfix"])
def test_a_mail_server_finds_a_value_for_all_its_configuration_asks(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = COMPOSE.split("environment: &mail-environment\n")[1].split("depends_on:")[0]
    for name in re.findall(r"^ +(PLI_\w+):", section, re.MULTILINE):
        monkeypatch.setenv(name.removesuffix("_FILE"), "given")
    monkeypatch.setenv("PLI_SITE_NETWORKS", "given by start.sh")
    assert render.main([server, str(tmp_path)]) is None


def test_every_secret_that_a_container_reads_is_declared() -> None:
    read = set(re.findall(r"/run/secrets/(\w+)", COMPOSE))
    assert read <= declared_secrets()


def test_every_declared_secret_is_made(secrets: Path) -> None:
    made = {path.name for path in secrets.iterdir() if path.stat().st_size}
    assert declared_secrets() <= made


def test_secrets_are_closed_to_the_machines_other_users(secrets: Path) -> None:
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700


def test_a_second_start_keeps_every_secret(secrets: Path) -> None:
    before = {path.name: path.read_bytes() for path in secrets.iterdir()}
    make_secrets(secrets.parent)
    assert {path.name: path.read_bytes() for path in secrets.iterdir()} == before


def test_the_mail_servers_certificate_bears_both_public_names(secrets: Path) -> None:
    certificate = secrets / "mail_certificate"
    command = ["openssl", "x509", "-in", str(certificate), "-noout", "-ext", "subjectAltName"]
    shown = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    assert "DNS:imap.ac-normandie.fr, DNS:smtp.ac-normandie.fr" in shown.stdout


def test_the_other_containers_are_believed_and_the_machine_in_front_is_not() -> None:
    routes = (
        "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
        "eth0\t00000000\t010012AC\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
        "eth0\t000012AC\t00000000\t0001\t0\t0\t0\tF8FFFFFF\t0\t0\t0\n"
    )
    assert neighbours(routes) == ["172.18.0.0/32", "172.18.0.2/31", "172.18.0.4/30"]
