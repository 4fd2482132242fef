"""Sentences about a message: what could not be read, what a report means, what its shell is."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from webmail.formats.reports import Complaint, Delivery, Receipt
from webmail.message.readable import LONG_TEXT, TOO_DEEP, TOO_LONG, UNREADABLE, ReadableMessage

MAX_SENTENCES = 20
PGP_ARMOUR = re.compile(r"^-----BEGIN PGP (?:SIGNED )?MESSAGE-----", re.MULTILINE)

# Enhanced status codes without their class (RFC 3463), then whole subjects.
REASONS = {
    "1.1": gettext_lazy("cette adresse n’existe pas"),
    "1.2": gettext_lazy("le domaine de cette adresse n’existe pas"),
    "1.3": gettext_lazy("cette adresse est mal écrite"),
    "1.6": gettext_lazy("le destinataire a changé d’adresse"),
    "1.10": gettext_lazy("ce domaine ne reçoit pas de courriel"),
    "2.1": gettext_lazy("cette boîte est fermée"),
    "2.2": gettext_lazy("la boîte du destinataire est pleine"),
    "2.3": gettext_lazy("le message est trop volumineux pour cette boîte"),
    "3.4": gettext_lazy("le message est trop volumineux pour le serveur du destinataire"),
    "4.7": gettext_lazy("le serveur du destinataire n’a pas répondu à temps"),
    "1": gettext_lazy("l’adresse a été refusée"),
    "2": gettext_lazy("la boîte du destinataire n’accepte pas de message"),
    "3": gettext_lazy("le serveur du destinataire ne peut pas recevoir ce message"),
    "4": gettext_lazy("le serveur du destinataire est injoignable"),
    "5": gettext_lazy("le serveur du destinataire n’a pas compris la demande"),
    "6": gettext_lazy("le contenu du message a été refusé"),
    "7": gettext_lazy("le serveur du destinataire l’a refusé par mesure de sécurité"),
}
# Exchange gives 5.1.10 to addresses it does not know, for which RFC 7505 §4 has another meaning.
UNKNOWN_TO_EXCHANGE = re.compile(r"\bRecipient ?Not ?Found\b", re.IGNORECASE)
PROBLEMS = {
    TOO_DEEP: gettext_lazy(
        "le message a trop de parties ou de niveaux : la suite n’est pas montrée"
    ),
    TOO_LONG: gettext_lazy("l’en-tête du message est trop long : la suite n’est pas lue"),
    LONG_TEXT: gettext_lazy("le texte est trop long : la suite est dans la pièce jointe"),
    UNREADABLE: gettext_lazy(
        "la structure du message est incorrecte : son contenu brut est montré"
    ),
}


def problems(message: ReadableMessage) -> str:
    """What of the message could not be read, in one line; "" when all was."""
    return " ; ".join(str(PROBLEMS[problem]) for problem in sorted(message.problems))


def notices(message: ReadableMessage) -> list[str]:
    """Sentences to show above a message, most important first."""
    return list(_notices(message))


def _notices(message: ReadableMessage) -> Iterator[str]:
    for delivery in message.reports.deliveries[:MAX_SENTENCES]:
        yield _delivery(delivery)
    for receipt in message.reports.receipts[:MAX_SENTENCES]:
        yield _receipt(receipt)
    for complaint in message.reports.complaints[:MAX_SENTENCES]:
        yield _complaint(complaint)
    if message.encrypted:
        yield _("Ce message est chiffré : son contenu ne peut pas être montré ici.")
    if message.signed:
        yield _("Ce message porte une signature électronique, qui n’a pas été vérifiée.")
    if PGP_ARMOUR.search(message.text):
        yield _("Ce message contient un bloc PGP, qui n’a pas été vérifié.")
    for problem in sorted(message.problems):
        sentence = str(PROBLEMS[problem])
        yield f"{sentence[:1].upper()}{sentence[1:]}."


def _delivery(delivery: Delivery) -> str:
    names = {"recipient": delivery.recipient, "reason": _reason(delivery)}
    if delivery.has_failed:
        return (
            _("Votre message n’a pas pu être remis à %(recipient)s, parce que %(reason)s.") % names
        )
    if delivery.action == "delayed":
        return (
            _("Votre message à %(recipient)s est retardé ; de nouveaux essais auront lieu.") % names
        )
    return _("Votre message a bien été remis à %(recipient)s.") % names


def _reason(delivery: Delivery) -> str:
    detail = delivery.status.partition(".")[2]
    if UNKNOWN_TO_EXCHANGE.search(delivery.diagnostic):
        detail = "1.1"
    known = REASONS.get(detail) or REASONS.get(detail.partition(".")[0])
    if known:
        return str(known)
    if delivery.diagnostic:
        return _("le serveur a répondu « %(words)s »") % {"words": delivery.diagnostic[:200]}
    return _("le serveur n’a pas donné de raison")


def _receipt(receipt: Receipt) -> str:
    names = {"recipient": receipt.recipient}
    if receipt.disposition == "displayed":
        return _("Votre message à %(recipient)s a été affiché.") % names
    if receipt.disposition == "deleted":
        return _("Votre message à %(recipient)s a été supprimé sans être affiché.") % names
    return _("%(recipient)s ne confirme pas la lecture de votre message.") % names


def _complaint(complaint: Complaint) -> str:
    if complaint.kind == "not-spam":
        return _("Un destinataire signale qu’un message n’est pas indésirable.")
    return _("Un destinataire signale un message comme indésirable.")
