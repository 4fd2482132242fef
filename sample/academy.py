"""Who works in the sample academy: its schools, its agents, its functional mailboxes.

Pure data. Every name is invented; every password is public, and printed in README.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Role = Literal["agent", "secretary", "head", "helpdesk", "administrator", "auditor"]
Right = Literal["read", "write", "send", "manage"]


@dataclass(frozen=True)
class School:
    """A school, or the rectorat, which has a UAI like any other."""

    uai: str
    name: str
    kind: Literal["école", "collège", "lycée", "DSDEN", "rectorat"]
    street: str
    postal_code: str
    city: str
    telephone: str


@dataclass(frozen=True)
class SampleAgent:
    """A member of staff. Without a password the account has not been activated yet."""

    login: str
    first_name: str
    usual_name: str
    civil_name: str
    birth_date: date
    uai: str
    post: str
    role: Role
    password: str | None
    historic_domains: tuple[str, ...] = ()

    @property
    def display_name(self) -> str:
        return f"{self.first_name} {self.usual_name}"

    @property
    def is_active(self) -> bool:
        return self.password is not None


@dataclass(frozen=True)
class SampleDelegation:
    """The right of an agent on a functional mailbox."""

    login: str
    right: Right


@dataclass(frozen=True)
class FunctionalMailbox:
    """A mailbox of a post: it has no password, and nobody logs in to it."""

    local_part: str
    name: str
    uai: str
    responsable: str
    delegations: tuple[SampleDelegation, ...] = ()
    historic_domains: tuple[str, ...] = ()


@dataclass(frozen=True)
class Academy:
    """A whole academy; the first domain is the one of new addresses, the others still receive."""

    name: str
    domains: tuple[str, ...]
    schools: tuple[School, ...]
    agents: tuple[SampleAgent, ...]
    functional_mailboxes: tuple[FunctionalMailbox, ...]

    def address_of(self, local_part: str) -> str:
        return f"{local_part}@{self.domains[0]}"

    def agent(self, login: str) -> SampleAgent:
        """The agent of that login. Raises KeyError when there is none."""
        found = {agent.login: agent for agent in self.agents}
        return found[login]

    def school(self, uai: str) -> School:
        """The school of that UAI. Raises KeyError when there is none."""
        found = {school.uai: school for school in self.schools}
        return found[uai]

    def contact_of(self, school: School) -> str:
        """Where to write to a school; an office is reached through the help desk."""
        local_part = f"ce.{school.uai.lower()}"
        exists = any(post.local_part == local_part for post in self.functional_mailboxes)
        return self.address_of(local_part if exists else "assistance")

    def names_by_address(self) -> dict[str, str]:
        """Primary address → name shown, of every mailbox that exists: activated or functional."""
        people = {self.address_of(a.login): a.display_name for a in self.agents if a.is_active}
        posts = {self.address_of(f.local_part): f.name for f in self.functional_mailboxes}
        return people | posts


COLLEGE, ECOLE, LYCEE, EMBRUNS, RECTORAT = (
    "0760001N",
    "0760042H",
    "0142093Z",
    "0501871M",
    "0143000K",
)

SCHOOLS = (
    School(
        COLLEGE, "Collège Jean Moulin", "collège",
        "12 rue des Tilleuls", "76000", "Rouen", "02 61 91 10 01",
    ),
    School(
        ECOLE, "École élémentaire Berthe Morisot", "école",
        "3 place de la Fontaine", "76500", "Elbeuf", "02 61 91 10 42",
    ),
    School(
        LYCEE, "Lycée Marguerite Yourcenar", "lycée",
        "45 avenue de la Côte de Nacre", "14000", "Caen", "02 61 91 20 93",
    ),
    School(
        EMBRUNS, "Collège Les Embruns", "collège",
        "8 chemin du Phare", "50400", "Granville", "02 61 91 18 71",
    ),
    School(
        "0760092M", "DSDEN de la Seine-Maritime", "DSDEN",
        "5 place des Faïenciers", "76000", "Rouen", "02 61 91 31 76",
    ),
    School(
        "0140092Z", "DSDEN du Calvados", "DSDEN",
        "2 place de l’Europe", "14000", "Caen", "02 61 91 31 14",
    ),
    School(
        "0500092D", "DSDEN de la Manche", "DSDEN",
        "12 rue de la Chancellerie", "50000", "Saint-Lô", "02 61 91 31 50",
    ),
    School(
        RECTORAT, "Rectorat de l’académie de Normandie", "rectorat",
        "168 rue Caponière", "14000", "Caen", "02 61 91 30 00",
    ),
)  # fmt: skip

ROUEN, CAEN = "ac-rouen.fr", "ac-caen.fr"

AGENTS = (
    SampleAgent(
        "camille.lefevre", "Camille", "Lefèvre", "Lefèvre", date(1984, 5, 17), COLLEGE,
        "Secrétaire de direction", "secretary", "citron-plage-tambour-neige", (ROUEN,),
    ),
    SampleAgent(
        "nadia.perrin", "Nadia", "Perrin", "Belkacem", date(1971, 2, 3), COLLEGE,
        "Principale", "head", "fanal-mousse-ardoise-pluie", (ROUEN,),
    ),
    SampleAgent(
        "olivier.tanguy", "Olivier", "Tanguy", "Tanguy", date(1979, 11, 28), COLLEGE,
        "Principal adjoint", "agent", "vapeur-genet-cloche-sable",
    ),
    SampleAgent(
        "marc.langlois", "Marc", "Langlois", "Langlois", date(1968, 7, 9), COLLEGE,
        "Secrétaire général d’EPLE", "agent", "pommier-digue-lanterne-sel", (ROUEN,),
    ),
    SampleAgent(
        "sofia.benali", "Sofia", "Benali", "Benali", date(1990, 3, 22), COLLEGE,
        "Professeure de lettres modernes", "agent", "virgule-renard-corail-bise",
    ),
    SampleAgent(
        "julien.morel", "Julien", "Morel", "Morel", date(1987, 9, 14), COLLEGE,
        "Professeur de mathématiques", "agent", "losange-hiver-crapaud-miel",
    ),
    SampleAgent(
        "paul.auvray", "Paul", "Auvray", "Auvray", date(1982, 1, 30), COLLEGE,
        "Conseiller principal d’éducation", "agent", "sifflet-nuage-carotte-quai",
    ),
    SampleAgent(
        "anne.hebert", "Anne", "Hébert", "Lemoine", date(1975, 12, 5), COLLEGE,
        "Infirmière scolaire", "agent", "tisane-falaise-bouton-lune", (ROUEN,),
    ),
    SampleAgent(
        "yann.guerin", "Yann", "Guérin", "Guérin", date(1985, 6, 19), COLLEGE,
        "Professeur de technologie, référent numérique", "agent", "rouage-goeland-brume-clou",
    ),
    SampleAgent(
        "fanny.delaunay", "Fanny", "Delaunay", "Delaunay", date(1996, 8, 11), COLLEGE,
        "Secrétaire remplaçante", "agent", None,
    ),
    SampleAgent(
        "maelle.d-aubigny", "Maëlle", "d’Aubigny", "Quesnel", date(1980, 4, 26), ECOLE,
        "Directrice d’école", "head", "marelle-tilleul-encre-vague", (ROUEN,),
    ),
    SampleAgent(
        "solene.lecoeur", "Solène", "Lecœur", "Lecœur", date(1998, 10, 2), ECOLE,
        "Professeure des écoles", "agent", None,
    ),
    SampleAgent(
        "jean-baptiste.le-goff-prigent", "Jean-Baptiste", "Le Goff-Prigent", "Le Goff",
        date(1969, 3, 12), LYCEE,
        "Proviseur", "head", "granit-bruyere-compas-feu", (CAEN,),
    ),
    SampleAgent(
        "hugues.de-la-motte", "Hugues", "de La Motte", "de La Motte", date(1977, 7, 31), LYCEE,
        "Secrétaire de direction", "secretary", "agrafe-verger-sonnette-houle", (CAEN,),
    ),
    SampleAgent(
        "julien.morel1", "Julien", "Morel", "Morel", date(1992, 5, 8), EMBRUNS,
        "Professeur d’EPS, faisant fonction d’adjoint", "agent", "javelot-dune-passoire-givre",
    ),
    SampleAgent(
        "aicha.morvan", "Aïcha", "Morvan", "Morvan", date(1974, 9, 27), RECTORAT,
        "Inspectrice d’académie, lettres", "agent", "chapitre-ecume-poirier-vent", (CAEN,),
    ),
    SampleAgent(
        "claire.vatinel", "Claire", "Vatinel", "Dumont", date(1983, 2, 20), RECTORAT,
        "Responsable des services numériques", "administrator", "boussole-orage-figuier-drap",
    ),
    SampleAgent(
        "karim.haddad", "Karim", "Haddad", "Haddad", date(1991, 11, 6), RECTORAT,
        "Technicien d’assistance", "helpdesk", "tournevis-cidre-hibou-craie",
    ),
    SampleAgent(
        "elodie.vauquelin", "Élodie", "Vauquelin", "Vauquelin", date(1981, 6, 1), RECTORAT,
        "Chargée du contrôle interne", "auditor", "loupe-marais-chandelle-thym",
    ),
)  # fmt: skip

FUNCTIONAL_MAILBOXES = (
    FunctionalMailbox(
        "ce.0760001n", "Collège Jean Moulin", COLLEGE, "nadia.perrin",
        (
            SampleDelegation("camille.lefevre", "send"),
            SampleDelegation("olivier.tanguy", "send"),
            SampleDelegation("marc.langlois", "read"),
        ),
        (ROUEN,),
    ),
    FunctionalMailbox(
        "dnb.0760001n", "Examens – DNB", COLLEGE, "olivier.tanguy",
        (SampleDelegation("camille.lefevre", "read"), SampleDelegation("nadia.perrin", "manage")),
    ),
    FunctionalMailbox(
        "vie-scolaire.0760001n", "Vie scolaire", COLLEGE, "paul.auvray",
        (SampleDelegation("olivier.tanguy", "write"),),
    ),
    FunctionalMailbox(
        "direction.college.jean-moulin", "Direction du collège Jean Moulin", COLLEGE,
        "nadia.perrin",
        (SampleDelegation("olivier.tanguy", "send"),),
    ),
    FunctionalMailbox(
        "ce.0760042h", "École élémentaire Berthe Morisot", ECOLE, "maelle.d-aubigny",
        (), (ROUEN,),
    ),
    FunctionalMailbox(
        "ce.0142093z", "Lycée Marguerite Yourcenar", LYCEE, "jean-baptiste.le-goff-prigent",
        (SampleDelegation("hugues.de-la-motte", "send"),),
        (CAEN,),
    ),
    FunctionalMailbox("ce.0501871m", "Collège Les Embruns", EMBRUNS, "julien.morel1", (), (CAEN,)),
    FunctionalMailbox(
        "dec", "DEC – Rectorat", RECTORAT, "aicha.morvan",
    ),
    FunctionalMailbox(
        "assistance", "Assistance numérique", RECTORAT, "claire.vatinel",
        (SampleDelegation("karim.haddad", "send"),),
    ),
)  # fmt: skip

NORMANDIE = Academy(
    "académie de Normandie",
    ("ac-normandie.fr", ROUEN, CAEN),
    SCHOOLS,
    AGENTS,
    FUNCTIONAL_MAILBOXES,
)
