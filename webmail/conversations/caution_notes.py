"""One line for each thing a reader should know before trusting a message. Most serious first."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from webmail.conversations import caution_reasons as reasons
from webmail.conversations.acquaintance import Acquaintance
from webmail.readable.explanations import notices
from webmail.readable.reading import Reading

UNKNOWN = Acquaintance()


@dataclass(frozen=True)
class Caution:
    level: str  # "error", "warning" or "info"
    title: str
    text: str
    why: str = ""  # shown on demand


def cautions(reading: Reading, sender: Acquaintance = UNKNOWN) -> list[Caution]:
    """What the pane shows above the text; a louder caution silences the weaker ones that say the same."""
    explained = [_info("", sentence) for sentence in notices(reading.message)]
    explained += [
        _info(_("Message très long."), _("La fin n’est pas montrée : voyez la source."))
    ] * _is_cut(reading)
    return [*_deception(reading, sender), *_reply_elsewhere(reading), *_links(reading), *explained]


def _deception(reading: Reading, sender: Acquaintance) -> list[Caution]:
    flags = reading.flags
    if flags.lookalike_domain:
        return [
            _error(
                _("Adresse imitée."),
                _(
                    "L’adresse de l’expéditeur ressemble à celle de l’académie mais n’en est pas une."
                ),
                str(reasons.LOOKALIKE),
            )
        ]
    if flags.spoofed_name:
        return [
            _error(
                _("Nom trompeur."),
                _("Le nom affiché contient une adresse qui n’est pas celle de l’expéditeur."),
                str(reasons.SPOOFED),
            )
        ]
    if flags.authentication_failed:
        return [
            _error(
                _("Expéditeur non vérifié."),
                _("Rien ne prouve que ce message vient bien de l’adresse affichée."),
                str(reasons.UNPROVEN),
            )
        ]
    if sender.namesake:
        return [_borrowed_name(sender)]
    if flags.external:
        return [_outsider(sender)]
    return []


def _borrowed_name(sender: Acquaintance) -> Caution:
    return _warning(
        _("Nom d’un collègue, autre adresse."),
        _("Ce nom est aussi celui de %(address)s ; ce message vient d’ailleurs.")
        % {"address": sender.namesake},
        str(reasons.NAMESAKE),
    )


def _outsider(sender: Acquaintance) -> Caution:
    why = str(reasons.OUTSIDE)
    if sender.is_first:
        return _warning(
            _("Expéditeur externe, qui vous écrit pour la première fois."),
            _("Vérifiez l’adresse avant d’ouvrir une pièce jointe ou un lien."),
            why,
        )
    return _warning(
        _("Expéditeur externe à l’académie."),
        _("Vérifiez l’adresse avant d’ouvrir une pièce jointe ou un lien."),
        why,
    )


def _reply_elsewhere(reading: Reading) -> list[Caution]:
    if not reading.flags.reply_to_differs or _replies_to_list(reading):
        return []
    target = ", ".join(person.address for person in reading.message.reply_to)
    return [
        _warning(
            _("Réponse détournée."),
            _("Votre réponse partirait à %(address)s.") % {"address": target},
            str(reasons.REPLY),
        )
    ]


def _replies_to_list(reading: Reading) -> bool:
    """Lists lead answers back to themselves; only who says a name of the academy's is not believed."""
    message = reading.message
    written_to = {person.address.lower() for person in (*message.to, *message.cc)}
    host = message.list_id.lower()
    return (
        reading.flags.external
        and bool(host)
        and all(
            person.address.lower() in written_to and f".{host}".endswith(f".{person.domain}")
            for person in message.reply_to
        )
    )


def _links(reading: Reading) -> list[Caution]:
    hosts = dict.fromkeys(urlsplit(link).hostname or link for link in _warned(reading))
    if not hosts:
        return []
    shown = ", ".join(list(hosts)[:3])
    return [
        _warning(
            _("Lien trompeur."),
            _("Un lien ne mène pas là où il le dit : %(hosts)s.") % {"hosts": shown},
            str(reasons.LINK),
        )
    ]


def _is_cut(reading: Reading) -> bool:
    return reading.body is not None and reading.body.truncated


def _warned(reading: Reading) -> tuple[str, ...]:
    return reading.body.warn_links if reading.body else ()


def _error(title: str, text: str, why: str) -> Caution:
    return Caution("error", title, text, why)


def _warning(title: str, text: str, why: str) -> Caution:
    return Caution("warning", title, text, why)


def _info(title: str, text: str) -> Caution:
    return Caution("info", title, text)
