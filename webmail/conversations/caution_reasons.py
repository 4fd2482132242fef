"""Why the cautions are shown, for readers who ask."""

from django.utils.translation import gettext_lazy as _

LOOKALIKE = _(
    "Quelques lettres changées suffisent à tromper l’œil : comparez l’adresse lettre à "
    "lettre. L’académie n’écrit jamais d’une telle adresse. Signalez ce message et ne suivez "
    "aucun de ses liens."
)
SPOOFED = _(
    "Beaucoup de téléphones ne montrent que le nom : qui y met une adresse de l’académie veut"
    " faire croire que le message en vient. Seule l’adresse entre chevrons compte."
)
UNPROVEN = _(
    "À son arrivée, le serveur de l’académie a vérifié si l’expéditeur avait le droit "
    "d’écrire sous ce nom (SPF, DKIM, DMARC) : la réponse est non. En cas de doute, appelez "
    "la personne."
)
NAMESAKE = _(
    "C’est peut-être son adresse personnelle, peut-être quelqu’un qui se fait passer pour "
    "cette personne. Avant de donner un renseignement, de l’argent ou un fichier, "
    "demandez-lui à son adresse de l’académie ou par téléphone."
)
OUTSIDE = _(
    "L’adresse de l’expéditeur n’est pas de l’académie. C’est courant et sans gravité pour "
    "une famille, une association ou un fournisseur ; aucun service de l’académie ne demande "
    "un mot de passe de cette façon."
)
REPLY = _(
    "L’expéditeur demande que l’on réponde à une autre organisation que la sienne. Les "
    "lettres d’information le font parfois ; les escrocs aussi, pour recevoir ce que vous "
    "croyez écrire à quelqu’un d’autre."
)
LINK = _(
    "Le texte du lien nomme un site et l’adresse en ouvre un autre. Un vrai service n’en a "
    "pas besoin : pour vous connecter, tapez vous-même l’adresse que vous connaissez."
)
