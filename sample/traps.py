"""Mail that means harm: phishing with a look-alike domain, a borrowed name, and plain spam."""

from collections.abc import Iterator
from dataclasses import dataclass

from sample.letters import Letter, Person
from sample.school_time import Clock


@dataclass(frozen=True)
class Trap:
    key: str
    sender: Person
    subject: str
    text: str
    html: str
    ago: str
    folder: str
    headers: tuple[tuple[str, str], ...] = ()


TRAPS = (
    Trap(
        "quota",
        Person("Assistance messagerie Académie de Normandie", "support@ac-norrnandie.example"),
        "[URGENT] Votre boîte académique sera suspendue",
        "Votre boîte dépasse son quota. Confirmez : https://webmail.ac-norrnandie.example/\n",
        "<p>Cher utilisateur,</p><p>Votre boîte a dépassé son quota. Sans action sous "
        "<b>24 heures</b>, elle sera suspendue.</p>"
        '<p><a href="https://webmail.ac-norrnandie.example/connexion">'
        "https://webmail.ac-normandie.fr/quota</a></p><p>Le service informatique</p>",
        "2d 6:52",
        "inbox",
    ),
    Trap(
        "carte-cadeau",
        Person("Nadia Perrin", "nadia.perrin.direction@boite-postale.example"),
        "Êtes-vous disponible ?",
        "Bonjour,\n\nJe suis en réunion et j’ai besoin d’un service discret. Répondez-moi ici.\n\n"
        "Nadia Perrin\n",
        "",
        "13d 9:47",
        "junk",
        (("Reply-To", "direction.urgente@courriel-libre.example"),),
    ),
    Trap(
        "colis",
        Person("Livraison Express", "suivi@colis-express-info.example"),
        "Votre colis est en attente de paiement (1,99 €)",
        "Votre colis attend. Réglez 1,99 € : http://colis-express-info.example/p?id=88213\n",
        '<center><img src="http://img.colis-express-info.example/bandeau.png">'
        "<p>Réglez <b>1,99 €</b></p>"
        '<a href="http://colis-express-info.example/p?id=88213">PAYER</a></center>',
        "5d 3:14",
        "junk",
    ),
    Trap(
        "loterie",
        Person("Mrs. Grace Holloway", "grace.holloway@fondation-don.example"),
        "DONATION OF 2,400,000 EUR FOR YOUR SCHOOL",
        "Dear beneficiary,\n\nYou have been selected. Reply with your name and bank account.\n",
        "",
        "9d 23:40",
        "junk",
    ),
)


def traps(clock: Clock, victims: tuple[Person, ...]) -> Iterator[Letter]:
    """Each trap once per victim; none of them passes the sender checks."""
    for trap in TRAPS:
        for victim in victims:
            name = victim.address.partition("@")[0]
            yield Letter(
                key=f"{trap.key}.{name}",
                sender=trap.sender,
                to=(victim,),
                subject=trap.subject,
                text=trap.text,
                html=trap.html,
                sent_at=clock.ago(trap.ago),
                encoding="base64",
                authenticated=False,
                headers=trap.headers,
                filing={victim.address: trap.folder},
                unread=frozenset({victim.address}),
            )
