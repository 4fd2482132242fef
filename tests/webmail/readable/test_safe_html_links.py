"""Which links are flagged: those that deceive a careful reader, and no others."""

import pytest

from webmail.html.link_warnings import deserves_warning
from webmail.html.safe_urls import link_target

OWN = ["univ-lac.example", "ac-normandie.fr"]


def flagged(href: str, text: str) -> bool:
    target = link_target(href)
    assert target
    return deserves_warning(target, text, OWN)


@pytest.mark.parametrize(
    ("href", "text"),
    [
        ("http://pirate.example/login", "https://www.univ-lac.example/login"),
        ("http://pirate.example/", "Ouvrez https://webmail.ac-normandie.fr/ pour confirmer"),
        ("http://pirate.example/", "www.impots.gouv.fr"),
        ("http://pirate.example/", "impots.gouv.fr"),
        ("http://pirate.example/", "HTTPS://WWW.UNIV-LAC.EXAMPLE"),
        ("http://pirate.example/", "https://univ\u200b-lac.example"),
        ("http://pirate.example/", "ce.0760001n@ac-normandie.fr"),
        ("https://search.example.org/url?q=http://pirate.example", "https://univ-lac.example"),
        ("http://univ-lac.example@pirate.example/", "Portail"),
        ("https://univ-lac.example:443@pirate.example/", "Portail"),
        ("http://192.0.2.7/compte", "Mon compte"),
        ("http://3221225991/compte", "Mon compte"),
        ("http://[2001:db8::1]/", "Mon compte"),
        ("https://univ-l\u0430c.example/", "Portail"),
        ("https://xn--80ak6aa92e.test/", "Compte"),
        ("https://un\u00edv-lac.example/", "Portail"),
        ("https://univ-iac.example/", "Portail"),
        ("https://univlac.example/", "Portail"),
        ("https://ac-normandei.fr/", "Portail"),
        ("https://ac-n0rmandie.fr/", "Portail"),
        ("https://ac-normandie.com/", "Portail"),
        ("https://webmail-ac-normandie.fr/", "Portail"),
        ("https://ac-normandie.fr.pirate.example/", "Portail"),
        ("https://ac-normandie-fr.pirate.example/", "Portail"),
        ("http://pirate.example/", "https://\u202eelpmaxe.cal-vinu\u202c/"),
        ("mailto:pirate@evil.example", "secretariat@ac-normandie.fr"),
    ],
)
def test_a_link_that_deceives_is_flagged(href: str, text: str) -> None:
    assert flagged(href, text)


@pytest.mark.parametrize(
    ("href", "text"),
    [
        ("https://www.univ-lac.example/agenda", "www.univ-lac.example/agenda"),
        ("https://univ-lac.example/", "http://univ-lac.example"),
        ("https://webmail.ac-normandie.fr/", "https://ac-normandie.fr."),
        ("https://click.lettre.example/c/8812", "Lire la suite"),
        ("https://click.lettre.example/c/8812", "rapport.pdf"),
        ("https://click.lettre.example/c/8812", "M. Dupont"),
        ("https://click.lettre.example/c/8812", "12.50"),
        ("https://click.lettre.example/c/8812", ""),
        ("https://www.ac-caen.fr/", "Académie de Caen"),
        ("https://www.normandie.fr/", "La région"),
        ("https://académie.fr/", "Portail"),
        ("https://почта.рф/", "почта"),
        ("https://東京tokyo.jp/", "東京"),
        ("mailto:bureau@univ-lac.example?subject=x", "bureau@univ-lac.example"),
        ("mailto:bureau@univ-lac.example", "Écrire au bureau"),
        ("tel:+33235000000", "www.univ-lac.example"),
    ],
)
def test_an_honest_link_is_left_in_peace(href: str, text: str) -> None:
    assert not flagged(href, text)
