"""People: agents and the accounts they sign in with."""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models.schools import School
from audit.parties import Party

LOGIN_FORMAT = RegexValidator(
    r"^[a-z0-9]+([.'_-][a-z0-9]+)*$", _("Un identifiant s’écrit prenom.nom.")
)


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: object) -> "User":
        """An account; without a password nobody can sign in to it until activation."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str, **fields: object) -> "User":
        return self.create_user(
            username, password, is_active=True, is_staff=True, is_superuser=True, **fields
        )


class User(AbstractBaseUser, PermissionsMixin):
    """What an agent signs in with: the login ``prenom.nom`` and a password."""

    username = models.CharField(
        _("identifiant"), max_length=64, unique=True, validators=[LOGIN_FORMAT]
    )
    is_active = models.BooleanField(_("actif"), default=False)
    is_staff = models.BooleanField(_("administration technique"), default=False)
    must_change_password = models.BooleanField(_("doit changer son mot de passe"), default=False)
    # What notices are written in; none chosen is French.
    language = models.CharField(
        _("langue"), max_length=2, choices=settings.LANGUAGES, null=True, blank=True
    )
    password_changed_at = models.DateTimeField(_("mot de passe changé le"), null=True, blank=True)
    # Written by accounts/epoch.py: a web session lives no longer than the value it was opened under.
    credential_epoch = models.DateTimeField(null=True, editable=False)
    # After a reset that nothing but questions and a wait proved (accounts/restriction.py).
    restricted_until = models.DateTimeField(null=True, editable=False)
    # After a hundred failures in a row: this password opens no mail program until it is replaced.
    mail_disabled_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        verbose_name = _("compte")
        verbose_name_plural = _("comptes")

    def __str__(self) -> str:
        return self.username

    def get_full_name(self) -> str:
        agent = getattr(self, "agent", None)
        return agent.display_name if agent else self.username

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django compares it at each request: another password or epoch ends the session."""
        epoch = self.credential_epoch.isoformat() if self.credential_epoch else ""
        opened_under = f"{self.password} {epoch}"
        return salted_hmac(
            "accounts.User session", opened_under, secret=secret, algorithm="sha256"
        ).hexdigest()

    @property
    def is_restricted(self) -> bool:
        """Whether a reset that a wait alone has proved is too fresh (accounts/recovery)."""
        return self.restricted_until is not None and self.restricted_until > timezone.now()

    @property
    def mail_password_is_disabled(self) -> bool:
        """The same rule as in the view that the mail servers read (mailboxes/migrations/0004)."""
        if self.mail_disabled_at is None:
            return False
        return not (self.password_changed_at and self.password_changed_at > self.mail_disabled_at)

    @property
    def party(self) -> Party:
        """How the journal names this person: by the agent, who is there before the account."""
        agent: Agent | None = getattr(self, "agent", None)
        return agent.party if agent else Party(f"user:{self.pk}", self.username)


class Agent(models.Model):
    """A member of staff: one person, one account."""

    class Status(models.TextChoices):
        IMPORTED = "imported", _("importé")
        ACTIVE = "active", _("actif")
        FROZEN = "frozen", _("gelé")
        DEPARTED = "departed", _("parti")

    class Role(models.TextChoices):
        """What the person may do for others; accounts/roles.py says what each one opens."""

        AGENT = "agent", _("agent")
        SECRETARY = "secretary", _("secrétariat d’établissement")
        HEAD = "head", _("chef d’établissement")
        HELPDESK = "helpdesk", _("assistance")
        ADMINISTRATOR = "administrator", _("administration")
        AUDITOR = "auditor", _("audit")

    user = models.OneToOneField(
        User, models.PROTECT, null=True, blank=True, related_name="agent", verbose_name=_("compte")
    )
    civil_name = models.CharField(_("nom de naissance"), max_length=80)
    usual_name = models.CharField(_("nom d’usage"), max_length=80)
    first_name = models.CharField(_("prénom"), max_length=80)
    first_names = models.CharField(_("prénoms de l’état civil"), max_length=160, blank=True)
    birth_date = models.DateField(_("date de naissance"), null=True, blank=True)
    school = models.ForeignKey(
        School,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="agents",
        verbose_name=_("établissement"),
    )
    post = models.CharField(_("fonction"), max_length=120, blank=True)
    posted_from = models.DateField(_("en poste depuis le"), null=True, blank=True)
    posted_until = models.DateField(_("en poste jusqu’au"), null=True, blank=True)
    # As the HR file told it and nobody verified it: it proves nothing, and no code goes there.
    personal_email = models.EmailField(_("adresse personnelle"), max_length=254, blank=True)
    street = models.CharField(_("adresse"), max_length=120, blank=True)
    street_extra = models.CharField(_("complément d’adresse"), max_length=120, blank=True)
    postal_code = models.CharField(_("code postal"), max_length=10, blank=True)
    city = models.CharField(_("commune"), max_length=80, blank=True)
    country = models.CharField(_("pays"), max_length=60, blank=True)
    status = models.CharField(
        _("état"), max_length=10, choices=Status.choices, default=Status.IMPORTED
    )
    role = models.CharField(_("rôle"), max_length=13, choices=Role.choices, default=Role.AGENT)
    # An account that nobody claims is removed a year after (accounts/sealed/retention.py).
    created_at = models.DateTimeField(
        _("créé le"), default=timezone.now, editable=False, db_index=True
    )
    # The NUMEN, only ever written and read by accounts/sealed/numen.py: sealed, and found by blind index.
    numen_sealed = models.BinaryField(null=True, editable=False)
    numen_key = models.CharField(max_length=20, null=True, editable=False, db_index=True)
    numen_index = models.CharField(max_length=64, null=True, editable=False, unique=True)

    class Meta:
        verbose_name = _("agent")
        verbose_name_plural = _("agents")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="agent_numen_whole_or_absent",
                condition=Q(
                    numen_sealed__isnull=True, numen_key__isnull=True, numen_index__isnull=True
                )
                | Q(numen_sealed__isnull=False, numen_key__isnull=False, numen_index__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def party(self) -> Party:
        """How the journal names this person."""
        return Party(f"agent:{self.pk}", self.display_name)

    @property
    def display_name(self) -> str:
        return f"{self.first_name} {self.usual_name}"

    @property
    def postal_lines(self) -> list[str]:
        """The address at home as an envelope shows it, below the name; empty when HR told none."""
        if not self.city:
            return []
        place = f"{self.postal_code} {self.city}".strip()
        lines = [self.street_extra, self.street, place, self.country]
        return [line for line in lines if line]
