"""Where one stands on the way, as the head of each page shows it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TITLES = (
    _("Vérifions que c’est bien vous"),
    _("Choisissez votre mot de passe"),
    _("Préparez votre dépannage"),
    _("Acceptez les conditions d’utilisation"),
    _("Votre compte est prêt"),
)
NEXT = (
    _("choisir votre mot de passe"),
    _("vos questions de secours"),
    _("les conditions d’utilisation"),
    _("votre identifiant et votre boîte"),
)


@dataclass(frozen=True)
class Stage:
    """``number`` from 1 to ``total``; ``next`` is empty on the last."""

    number: int

    @property
    def total(self) -> int:
        return len(TITLES)

    @property
    def numbers(self) -> range:
        return range(1, self.total + 1)

    @property
    def title(self) -> Promise:
        return TITLES[self.number - 1]

    @property
    def next(self) -> Promise | str:
        return NEXT[self.number - 1] if self.number <= len(NEXT) else ""


PROOF, PASSWORD, QUESTIONS, TERMS, READY = map(Stage, range(1, 6))
