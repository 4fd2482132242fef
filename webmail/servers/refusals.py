"""What the codes of mail servers mean, in words (RFC 3463 and its registry). Pure."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ENHANCED = re.compile(r"\b[245]\.(\d{1,3}\.\d{1,3})\b")
MEANINGS: dict[str, Promise] = {
    "1.1": _("adresse inconnue"),
    "1.2": _("domaine inconnu"),
    "1.3": _("adresse mal écrite"),
    "1.6": _("boîte déménagée"),
    "1.8": _("expéditeur refusé"),
    "1.10": _("ce domaine ne reçoit pas de courriel"),
    "2.1": _("boîte fermée"),
    "2.2": _("boîte pleine"),
    "2.3": _("message trop gros pour cette boîte"),
    "3.1": _("le serveur n’a plus de place"),
    "3.4": _("message trop gros"),
    "4.1": _("le serveur du destinataire ne répond pas"),
    "4.4": _("le chemin vers ce domaine est inconnu"),
    "4.7": _("délai dépassé"),
    "5.3": _("trop de destinataires"),
    "7.1": _("refusé par le serveur du destinataire"),
    "7.26": _("refusé : l’expéditeur n’est pas authentifié"),
}


def meaning_of(reply: str) -> str:
    """Of what a server said; empty when it gave no code that we know."""
    found = ENHANCED.search(reply)
    return str(MEANINGS.get(found[1], "")) if found else ""
