"""The pages of imports: who sees them, what they show, what they refuse."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Agent, Departure, School, User
from activation.imports import arrivals, reading, writing
from activation.imports.report import report_of
from activation.models import Import, ImportLine, ImportPart
from audit.export import BYTE_ORDER_MARK
from audit.models import Entry
from tests.activation.imports.conftest import PASSWORD, Bring, agents_file, line

IMPORTS = reverse("imports")
Write = Callable[[Import], Import]
State = Import.State


@pytest.fixture
def claire(administrator: User) -> Client:
    client = Client()
    client.force_login(administrator)
    return client


def page_of(client: Client, row: Import, **asked: str) -> str:
    return client.get(reverse("import", args=[row.pk]), asked).content.decode()


def upload(client: Client, content: bytes, kind: str = "agents", name: str = "rh.csv") -> str:
    file = SimpleUploadedFile(name, content)
    return client.post(IMPORTS, {"kind": kind, "file": file}, follow=True).content.decode()


def act(client: Client, row: Import, name: str, **fields: object) -> str:
    return client.post(reverse(name, args=[row.pk]), fields, follow=True).content.decode()


@pytest.mark.parametrize(
    "role",
    [
        Agent.Role.AGENT,
        Agent.Role.SECRETARY,
        Agent.Role.HEAD,
        Agent.Role.HELPDESK,
        Agent.Role.AUDITOR,
    ],
)
def test_without_the_right_no_page_of_imports_exists(
    administrator: User, moulin: School, bring: Bring, role: Agent.Role
) -> None:
    row = bring(agents_file(line()))
    Agent.objects.filter(user=administrator).update(role=role, school=moulin)
    client = Client()
    client.force_login(administrator)
    assert client.get(IMPORTS).status_code == 404
    assert client.post(IMPORTS, {"kind": "agents"}).status_code == 404
    assert client.get(reverse("import", args=[row.pk])).status_code == 404
    for name in ("import_confirm", "import_give_up", "import_report"):
        assert client.post(reverse(name, args=[row.pk]), {"plan": row.plan_hash}).status_code == 404
    row.refresh_from_db()
    assert row.state == State.READ


def test_who_is_not_signed_in_is_asked_to(db: None) -> None:
    assert Client().get(IMPORTS)["Location"].startswith(reverse("account_login"))


def test_the_back_office_leads_to_imports(claire: Client) -> None:
    assert f'href="{IMPORTS}"' in client_home(claire)


def client_home(client: Client) -> str:
    return client.get(reverse("back_office")).content.decode()


def test_a_file_is_brought_shown_and_written(claire: Client, moulin: School) -> None:
    waiting = upload(claire, agents_file(line(), line(numen="99E0000002AAA", first="Anne")))
    assert "Le fichier attend son tour." in waiting
    row = Import.objects.get()
    reading.read(row.pk)
    row.refresh_from_db()
    shown = page_of(claire, row)
    assert "Anne Lefèvre, 99•••••••••••" in shown
    assert "0000002" not in shown
    assert "Écriture en cours" in act(claire, row, "import_confirm", plan=row.plan_hash)
    writing.write(row.pk)
    assert "Confirmé par Claire Vatinel." in page_of(claire, row)
    assert Agent.objects.filter(school=moulin).count() == 2
    history = claire.get(IMPORTS).content.decode()
    assert "rh.csv" in history
    assert "2 nouveaux · 2 lignes" in history


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04\x14\x00", "C’est un classeur"),
        (b"%PDF-1.7", "Ce n’est pas un fichier CSV (PDF)."),
        (b" \r\n ", "Le fichier est vide."),
        (b"", "vide"),
    ],
)
def test_what_is_no_csv_is_refused_at_once_and_not_kept(
    claire: Client, content: bytes, said: str
) -> None:
    assert said in upload(claire, content)
    assert not Import.objects.exists()


def test_a_file_that_is_too_big_is_refused(claire: Client, settings: Settings) -> None:
    settings.IMPORT_MAX_MB = 1
    assert "Le fichier dépasse 1 Mo." in upload(claire, b"NUMEN\n" * 200_000)
    assert not ImportPart.objects.exists()


def test_without_a_file_or_its_kind_nothing_happens(claire: Client) -> None:
    answer = claire.post(IMPORTS, {})
    assert answer.status_code == 400
    assert answer.content.decode().count("fg__error") == 2
    assert claire.post(IMPORTS, {"kind": "élèves"}).status_code == 400
    assert not Import.objects.exists()


def test_a_refused_file_says_what_to_do(claire: Client, moulin: School, bring: Bring) -> None:
    shown = page_of(claire, bring(b"NUMEN;Nom\n99E0000001AAA;x"))
    assert "Il manque des colonnes\u00a0: prenom, date_naissance, uai." in shown
    assert "Rien n’a été écrit" in shown


def test_each_view_shows_its_lines_and_pages(claire: Client, moulin: School, bring: Bring) -> None:
    good = (line(numen=f"99E{number:07d}AAA", first=f"P{number:03d}") for number in range(60))
    row = bring(agents_file(*good, line(numen="99E9000000AAA", uai="760001N")))
    assert "Est-ce 0760001N" in page_of(claire, row)  # errors come first
    first = page_of(claire, row, voir="nouveaux")
    assert "P049" in first
    assert "P050" not in first
    following = re.search(r'href="([^"]*)">Page suivante', first)
    assert following
    second = claire.get(reverse("import", args=[row.pk]) + unescape(following[1]))
    assert "P050" in second.content.decode()
    for odd in ({"voir": "tout"}, {"page": "zéro"}, {"voir": "nouveaux", "page": "99"}):
        assert claire.get(reverse("import", args=[row.pk]), odd).status_code == 200


def test_faulty_rows_are_left_out_by_ticking_a_box(
    claire: Client, moulin: School, bring: Bring
) -> None:
    row = bring(agents_file(line(), line(numen="?")))
    refused = claire.post(reverse("import_confirm", args=[row.pk]), {"plan": row.plan_hash})
    assert refused.status_code == 400
    assert "Cochez cette case" in refused.content.decode()
    act(claire, row, "import_confirm", plan=row.plan_hash, without_errors="on")
    row.refresh_from_db()
    assert row.state == State.CONFIRMED


def test_a_page_shown_before_confirms_nothing_else(
    claire: Client, moulin: School, bring: Bring
) -> None:
    row = bring(agents_file(line()))
    assert "vérifiez-le encore" in act(claire, row, "import_confirm", plan="autre chose")
    row.refresh_from_db()
    assert row.state == State.READ


def test_a_second_import_waits_for_the_first(claire: Client, moulin: School, bring: Bring) -> None:
    first, second = bring(agents_file(line())), bring(agents_file(line(numen="99E0000002AAA")))
    act(claire, first, "import_confirm", plan=first.plan_hash)
    said = act(claire, second, "import_confirm", plan=second.plan_hash)
    assert "Un autre import est en cours d’écriture" in said


def test_given_up_the_file_is_gone_from_the_site(
    claire: Client, moulin: School, bring: Bring
) -> None:
    row = bring(agents_file(line()))
    assert "le fichier est effacé" in act(claire, row, "import_give_up")
    assert not ImportPart.objects.exists()
    assert "Trop tard" in act(claire, row, "import_give_up")
    assert "abandonné" in page_of(claire, row)


def test_the_report_is_a_file_in_which_nothing_runs(
    claire: Client, moulin: School, bring: Bring
) -> None:
    row = bring(agents_file(line(), line(numen="99E0000002AAA", born="@SOMME")))
    ImportLine.objects.filter(kind="new").update(who="=cmd|' /C calc'!A0")
    answer = claire.post(reverse("import_report", args=[row.pk]))
    assert "no-store" in answer["Cache-Control"]
    text = "".join(report_of(row)).removeprefix(BYTE_ORDER_MARK)
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [it["nature"] for it in rows] == ["erreur", "nouveau"]
    assert (rows[0]["ligne"], rows[0]["colonne"]) == ("3", "date_naissance")
    assert rows[0]["raison"] == "Une formule n’est pas une valeur."
    assert rows[1]["fiche"] == "'=cmd|' /C calc'!A0"
    assert Entry.objects.filter(event="import_report_taken").count() == 1


def test_an_import_without_lines_has_no_report(
    claire: Client, moulin: School, bring: Bring
) -> None:
    row = bring(agents_file(line()))
    arrivals.give_up(row, None)
    assert claire.post(reverse("import_report", args=[row.pk])).status_code == 404


@pytest.fixture
def leaving(claire: Client, moulin: School, bring: Bring, write: Write) -> tuple[Import, Agent]:
    """An import that was written, and the person whom it does not name any more."""
    write(bring(agents_file(line(), line(numen="99E0000002AAA", first="Anne", name="Hébert"))))
    row = write(bring(agents_file(line(post="Gestionnaire"))))
    return row, Agent.objects.get(first_name="Anne")


def departures(row: Import) -> str:
    return reverse("import_departures", args=[row.pk])


def confirm_identity(client: Client) -> None:
    """As after the page that asks for the password again."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def test_departures_are_chosen_by_a_person(claire: Client, leaving: tuple[Import, Agent]) -> None:
    row, anne = leaving
    assert departures(row) in page_of(claire, row)
    assert claire.get(departures(row))["Location"].startswith(reverse("account_reauthenticate"))
    confirm_identity(claire)
    assert "Anne Hébert" in claire.get(departures(row)).content.decode()
    fields = {"leaves_on": date.today().isoformat(), "justification": "Absente du fichier RH."}  # noqa: DTZ011
    nobody = claire.post(departures(row), fields)
    assert nobody.status_code == 400
    assert "Choisissez au moins une personne." in nobody.content.decode()
    people = [str(row.lines.get(kind="missing").pk)]
    done = claire.post(departures(row), {**fields, "people": people}, follow=True)
    assert "1 départ enregistré." in done.content.decode()
    anne.refresh_from_db()
    assert anne.status == Agent.Status.DEPARTED
    assert Departure.objects.get().agent == anne
    assert claire.get(departures(row)).status_code == 404


def test_somebody_who_is_not_proposed_cannot_be_sent_away(
    claire: Client, leaving: tuple[Import, Agent]
) -> None:
    row, _anne = leaving
    confirm_identity(claire)
    changed = row.lines.filter(kind="change").latest("pk")
    fields = {"leaves_on": "2030-01-01", "justification": "Absente du fichier RH."}
    answer = claire.post(departures(row), {**fields, "people": [str(changed.pk)]})
    assert answer.status_code == 400
    assert not Departure.objects.exists()
