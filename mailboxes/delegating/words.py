"""What the pages of rights say."""

from django.utils.translation import gettext_lazy as _

from mailboxes.models import Right

REFUSALS = {
    "past": _("Le dernier jour est passé, ou vient avant le premier."),
    "too long": _("Un accès se donne pour un an au plus."),
    "personal": _("Une boîte personnelle se prête sans le droit de donner des accès."),
    "responsable": _("La personne titulaire garde son droit tant qu’elle est à ce poste."),
    "oneself": _("%(name)s a déjà cette boîte : on ne se donne pas d’accès à soi-même."),
    "no account": _("%(name)s n’a pas de compte ouvert : l’accès pourra être donné ensuite."),
    "too many": _(
        "%(name)s a déjà accès à 500 boîtes : le serveur de courrier n’en permet pas plus."
    ),
    "not yours": _("Vous ne gérez plus cette boîte : rien n’a été changé."),
    "restricted": _(
        "Votre mot de passe vient d’être réinitialisé : les accès se donnent de nouveau dans trois jours au plus."
    ),
}
LEVELS = {
    Right.READ: _("Voir les messages et les pièces jointes"),
    Right.WRITE: _("Marquer, déplacer, archiver, supprimer"),
    Right.SEND: _("Écrire en tant que %(name)s"),
    Right.MANAGE: _("Tout, et donner des accès aux autres"),
}
# Short, for the table: mock-up 5.
SHORT = {
    Right.READ: _("Lire"),
    Right.WRITE: _("Lire, classer"),
    Right.SEND: _("Lire, classer, envoyer"),
    Right.MANAGE: _("Gestion"),
}
COLOURS = {Right.READ: "", Right.WRITE: "tag--2", Right.SEND: "tag--6", Right.MANAGE: "tag--7"}
