"""What the journal can tell. The code of an event is never renamed, nor removed once used."""

from enum import IntEnum, StrEnum, unique
from typing import Self

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Severity(IntEnum):
    """How soon somebody should look at it."""

    ROUTINE = 1  # everyday life
    SENSITIVE = 2  # changes who can open an account or what they may do
    SUSPECT = 3  # may be an attack
    ALARM = 4  # someone must look today


class Result(models.TextChoices):
    SUCCESS = "success", _("réussi")
    REFUSED = "refused", _("refusé")  # the site said no
    FAILED = "failed", _("échoué")  # the site could not


ROUTINE, SENSITIVE, SUSPECT, ALARM = Severity


@unique
class Event(StrEnum):
    """An event: its code in the database, its severity and the sentence that people read.

    The sentences suit both the person's own history and the back office; who did it, to whom and
    with what result stand in the entry's other columns.
    """

    severity: Severity
    sentence: Promise

    def __new__(cls, code: str, severity: Severity, sentence: Promise) -> Self:
        event = str.__new__(cls, code)
        event._value_ = code
        event.severity = severity
        event.sentence = sentence
        return event

    # Signing in and out
    SIGNED_IN = "signed_in", ROUTINE, _("Connexion.")
    SIGNED_OUT = "signed_out", ROUTINE, _("Déconnexion.")
    SIGN_IN_THROTTLED = (
        "sign_in_throttled",
        SUSPECT,
        _("Connexion suspendue après trop d’essais."),
    )
    CREDENTIAL_DISABLED = (
        "credential_disabled",
        ALARM,
        _("Mot de passe désactivé après cent échecs de suite."),
    )
    REAUTHENTICATED = "reauthenticated", ROUTINE, _("Identité confirmée avant un changement.")
    SESSION_ENDED = "session_ended", ROUTINE, _("Session fermée à distance.")
    ALL_SESSIONS_ENDED = "all_sessions_ended", SENSITIVE, _("Toutes les sessions ont été fermées.")
    DEVICE_TRUSTED = "device_trusted", SENSITIVE, _("Appareil déclaré de confiance.")
    DEVICE_FORGOTTEN = "device_forgotten", ROUTINE, _("Appareil retiré des appareils de confiance.")

    # What one signs in with
    PASSWORD_CHANGED = "password_changed", SENSITIVE, _("Mot de passe changé.")
    TEMPORARY_PASSWORD_GIVEN = (
        "temporary_password_given",
        SENSITIVE,
        _("Mot de passe provisoire remis."),
    )
    QUESTIONS_CHANGED = "questions_changed", SENSITIVE, _("Questions de sécurité modifiées.")
    SECOND_FACTOR_ADDED = "second_factor_added", SENSITIVE, _("Double authentification activée.")
    SECOND_FACTOR_REMOVED = (
        "second_factor_removed",
        SENSITIVE,
        _("Double authentification retirée."),
    )
    PASSKEY_ADDED = "passkey_added", SENSITIVE, _("Clé d’accès ajoutée.")
    PASSKEY_REMOVED = "passkey_removed", SENSITIVE, _("Clé d’accès retirée.")
    RECOVERY_CODES_MADE = "recovery_codes_made", SENSITIVE, _("Codes de secours créés.")
    APP_PASSWORD_CREATED = (
        "app_password_created",
        SENSITIVE,
        _("Mot de passe d’application créé."),
    )
    APP_PASSWORD_REVOKED = (
        "app_password_revoked",
        SENSITIVE,
        _("Mot de passe d’application révoqué."),
    )
    RECOVERY_ADDRESS_CHANGED = (
        "recovery_address_changed",
        SENSITIVE,
        _("Adresse de secours modifiée."),
    )
    RECOVERY_PHONE_CHANGED = (
        "recovery_phone_changed",
        SENSITIVE,
        _("Téléphone de secours modifié."),
    )

    TERMS_ACCEPTED = "terms_accepted", ROUTINE, _("Conditions d’utilisation acceptées.")

    # Helping oneself
    QUESTIONS_ANSWERED = "questions_answered", SENSITIVE, _("Réponse aux questions de sécurité.")
    RESET_CODE_SENT = "reset_code_sent", SENSITIVE, _("Code de réinitialisation envoyé.")
    RESET_CODE_HANDED_OUT = (
        "reset_code_handed_out",
        SENSITIVE,
        _("Code de réinitialisation remis en main propre."),
    )
    RESET_HELD = "reset_held", SENSITIVE, _("Réinitialisation mise en attente.")
    RESET_CANCELLED = "reset_cancelled", SUSPECT, _("Réinitialisation annulée par son titulaire.")
    PASSWORD_RESET = "password_reset", SENSITIVE, _("Mot de passe réinitialisé.")
    IDENTIFIER_ASKED = "identifier_asked", ROUTINE, _("Identifiant oublié demandé.")
    DATA_DOWNLOADED = "data_downloaded", SENSITIVE, _("Données personnelles téléchargées.")

    # The life of an account
    ACCOUNT_FROZEN = "account_frozen", ALARM, _("Compte gelé.")
    ACCOUNT_UNFROZEN = "account_unfrozen", SENSITIVE, _("Compte dégelé.")
    ROLE_GIVEN = "role_given", SENSITIVE, _("Rôle modifié.")
    DEPARTURE_PLANNED = "departure_planned", SENSITIVE, _("Départ enregistré.")
    DEPARTURE_CANCELLED = "departure_cancelled", SENSITIVE, _("Départ annulé.")
    AGENT_DEPARTED = "agent_departed", SENSITIVE, _("Compte fermé après un départ.")
    AGENT_TAKEN_BACK = "agent_taken_back", SENSITIVE, _("Compte rouvert après un départ.")
    MAILBOX_CLOSED = "mailbox_closed", SENSITIVE, _("Boîte fermée après un départ.")
    NUMEN_FORGOTTEN = "numen_forgotten", ROUTINE, _("NUMEN effacé après un départ.")
    UNCLAIMED_REMOVED = "unclaimed_removed", ROUTINE, _("Compte jamais activé supprimé.")
    NUMEN_REVEALED = "numen_revealed", SENSITIVE, _("NUMEN affiché en clair.")

    # Activation and its follow-up
    ACTIVATION_STARTED = (
        "activation_started",
        SENSITIVE,
        _("Identité prouvée pour activer le compte."),
    )
    ACCOUNT_ACTIVATED = "account_activated", SENSITIVE, _("Compte activé.")
    ACTIVATIONS_EXPORTED = (
        "activations_exported",
        ROUTINE,
        _("Suivi des activations exporté."),
    )
    SCHOOL_REMINDED = (
        "school_reminded",
        ROUTINE,
        _("Rappel d’activation envoyé à un établissement."),
    )

    # Activation letters
    LETTERS_DRAFTED = "letters_drafted", SENSITIVE, _("Lettres d’activation préparées.")
    LETTERS_REISSUED = "letters_reissued", SENSITIVE, _("Lettres d’activation rééditées.")
    LETTERS_DOWNLOADED = (
        "letters_downloaded",
        SENSITIVE,
        _("Fichier de lettres d’activation téléchargé."),
    )
    LETTERS_PRINTED = "letters_printed", ROUTINE, _("Lettres d’activation imprimées.")
    LETTERS_POSTED = "letters_posted", SENSITIVE, _("Lettres d’activation postées.")
    LETTERS_WITHDRAWN = "letters_withdrawn", SENSITIVE, _("Lot de lettres d’activation annulé.")
    LETTER_RETURNED = "letter_returned", SENSITIVE, _("Lettre d’activation revenue.")
    LETTER_HANDED_OVER = (
        "letter_handed_over",
        SENSITIVE,
        _("Lettre d’activation remise en main propre, identité vérifiée."),
    )
    LETTER_WITHDRAWN = "letter_withdrawn", SENSITIVE, _("Lettre d’activation annulée.")

    # Files of the human resources
    IMPORT_BROUGHT = "import_brought", ROUTINE, _("Fichier des ressources humaines déposé.")
    IMPORT_CONFIRMED = "import_confirmed", SENSITIVE, _("Import confirmé.")
    IMPORT_WRITTEN = "import_written", SENSITIVE, _("Établissements ou agents importés.")
    IMPORT_REPORT_TAKEN = "import_report_taken", ROUTINE, _("Rapport d’import téléchargé.")
    IMPORT_CANCELLED = "import_cancelled", ROUTINE, _("Import abandonné.")

    # Sending
    SENDING_LIMITED = (
        "sending_limited",
        SUSPECT,
        _("Envoi refusé : trop de destinataires en peu de temps."),
    )

    FOOTER_CHANGED = "footer_changed", SENSITIVE, _("Pied de page des messages modifié.")

    # Mailboxes and who may use them
    DELEGATION_GRANTED = "delegation_granted", SENSITIVE, _("Accès à une boîte donné.")
    DELEGATION_CHANGED = "delegation_changed", SENSITIVE, _("Accès à une boîte modifié.")
    DELEGATION_REVOKED = "delegation_revoked", SENSITIVE, _("Accès à une boîte retiré.")
    DELEGATION_EXPIRED = "delegation_expired", ROUTINE, _("Accès à une boîte arrivé à son terme.")
    RESPONSABLE_NAMED = "responsable_named", SENSITIVE, _("Titulaire d’une boîte désigné.")
    RESPONSABLE_RELIEVED = (
        "responsable_relieved",
        SENSITIVE,
        _("Titulaire d’une boîte déchargé."),
    )
    FUNCTIONAL_MAILBOX_OPENED = (
        "functional_mailbox_opened",
        SENSITIVE,
        _("Boîte fonctionnelle ouverte."),
    )
    FUNCTIONAL_MAILBOX_CHANGED = (
        "functional_mailbox_changed",
        SENSITIVE,
        _("Boîte fonctionnelle modifiée."),
    )
    FUNCTIONAL_MAILBOX_CLOSED = (
        "functional_mailbox_closed",
        SENSITIVE,
        _("Boîte fonctionnelle fermée."),
    )
    MAILBOX_ASKED_FOR = "mailbox_asked_for", ROUTINE, _("Boîte fonctionnelle demandée.")
    MAILBOX_REFUSED = "mailbox_refused", ROUTINE, _("Boîte fonctionnelle refusée.")
    LOGBOOK_EXPORTED = "logbook_exported", ROUTINE, _("Historique d’une boîte exporté.")
    DELEGATIONS_EXPORTED = "delegations_exported", ROUTINE, _("Liste des délégations exportée.")

    CONVERSATION_ASSIGNED = (
        "conversation_assigned",
        ROUTINE,
        _("Conversation d’une boîte partagée attribuée."),
    )

    # What everyone is told
    ANNOUNCEMENT_PUBLISHED = "announcement_published", SENSITIVE, _("Annonce publiée.")
    ANNOUNCEMENT_CHANGED = "announcement_changed", SENSITIVE, _("Annonce modifiée.")
    TERMS_PUBLISHED = (
        "terms_published",
        SENSITIVE,
        _("Conditions d’utilisation publiées."),
    )
    ANNOUNCEMENT_WITHDRAWN = "announcement_withdrawn", SENSITIVE, _("Annonce retirée.")

    # What people tell of their mail
    PHISHING_REPORTED = "phishing_reported", SUSPECT, _("Hameçonnage signalé.")

    # The journal and the keys themselves
    TECHNICAL_PAGES_OPENED = (
        "technical_pages_opened",
        SENSITIVE,
        _("Administration technique ouverte."),
    )
    KEYS_ROTATED = "keys_rotated", SENSITIVE, _("Clés de chiffrement renouvelées.")
    AUDIT_SEARCHED = "audit_searched", ROUTINE, _("Journal consulté.")
    AUDIT_EXPORTED = "audit_exported", SENSITIVE, _("Journal exporté.")
    AUDIT_PRUNED = "audit_pruned", ROUTINE, _("Entrées anciennes retirées du journal.")


EVENTS = {event.value: event for event in Event}
