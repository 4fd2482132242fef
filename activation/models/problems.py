"""What can be wrong with a file or a row. The code of a problem is stored, its sentence is not."""

from enum import StrEnum, unique
from typing import Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@unique
class Problem(StrEnum):
    """A problem: its code in the database and the sentence people read.

    ``%(detail)s`` in a sentence stands for what the file says there, cut short; it is never a NUMEN.
    """

    sentence: Promise

    def __new__(cls, code: str, sentence: Promise) -> Self:
        problem = str.__new__(cls, code)
        problem._value_ = code
        problem.sentence = sentence
        return problem

    # The whole file: nothing of it is read
    SPREADSHEET = (
        "spreadsheet",
        _("C’est un classeur : enregistrez-le « au format CSV » puis déposez ce fichier-là."),
    )
    NOT_CSV = "not_csv", _("Ce n’est pas un fichier CSV (%(detail)s).")
    UTF_16 = (
        "utf_16",
        _("Le fichier est en « texte Unicode » (UTF-16) : enregistrez-le en « CSV UTF-8 »."),
    )
    UNREADABLE_TEXT = (
        "unreadable_text",
        _("Le texte n’est ni en UTF-8 ni en Windows-1252 : enregistrez-le en « CSV UTF-8 »."),
    )
    TOO_BIG = "too_big", _("Le fichier dépasse %(detail)s Mo.")
    EMPTY = "empty", _("Le fichier est vide.")
    ONLY_A_HEADER = "only_a_header", _("Le fichier n’a que des titres de colonnes.")
    MISSING_COLUMNS = "missing_columns", _("Il manque des colonnes : %(detail)s.")
    COLUMN_TWICE = "column_twice", _("Deux colonnes disent la même chose : %(detail)s.")
    BROKEN_QUOTES = (
        "broken_quotes",
        _("Ligne %(detail)s : un guillemet n’est pas fermé, ou la ligne est mal découpée."),
    )
    DAMAGED = (
        "damaged",
        _("Le fichier gardé n’est plus celui qui a été déposé : déposez-le encore."),
    )
    BASE_CHANGED = (
        "base_changed",
        _("Les fiches ont changé depuis la lecture : le fichier a été relu, vérifiez encore."),
    )

    RIGHT_LOST = "right_lost", _("La personne qui a confirmé n’a plus le droit d’importer.")

    # One cell
    REQUIRED = "required", _("Cette colonne doit être remplie.")
    TOO_LONG = "too_long", _("C’est trop long : %(detail)s caractères au plus.")
    FORMULA = "formula", _("Une formule n’est pas une valeur.")
    UNPRINTABLE = "unprintable", _("Il y a des caractères invisibles.")
    NOT_A_DATE = "not_a_date", _("« %(detail)s » n’est pas une date : écrivez 31/08/1980.")
    DATE_OUT_OF_RANGE = "date_out_of_range", _("La date %(detail)s n’est pas possible ici.")
    NOT_A_NUMEN = (
        "not_a_numen",
        _("Un NUMEN a 13 caractères : 2 chiffres, 1 lettre, 7 chiffres, 3 lettres."),
    )
    NUMEN_ELSEWHERE = "numen_elsewhere", _("Un NUMEN n’a pas sa place dans cette colonne.")
    NOT_A_UAI = (
        "not_a_uai",
        _("« %(detail)s » n’est pas un code UAI : 7 chiffres et leur lettre de contrôle."),
    )
    UAI_WITHOUT_ITS_ZERO = (
        "uai_without_its_zero",
        _("Le tableur a ôté le zéro du début. Est-ce %(detail)s ?"),
    )
    NOT_AN_ADDRESS = "not_an_address", _("« %(detail)s » n’est pas une adresse de courriel.")
    NOT_A_PHONE = "not_a_phone", _("« %(detail)s » n’est pas un numéro de téléphone.")
    UNKNOWN_KIND = "unknown_kind", _("La nature « %(detail)s » n’est pas connue.")

    # One row
    TOO_MANY_CELLS = "too_many_cells", _("La ligne a plus de cellules que la ligne de titres.")
    REPEATED = "repeated", _("Le même code est aussi à la ligne %(detail)s.")
    UNKNOWN_SCHOOL = (
        "unknown_school",
        _("Aucun établissement %(detail)s : importez d’abord les établissements."),
    )
    ENDS_BEFORE_IT_STARTS = "ends_before", _("La fin vient avant le début.")
    HALF_A_TRANSFER = (
        "half_a_transfer",
        _("Une mutation se dit par l’académie d’origine et la date, ensemble."),
    )
    SAME_PERSON_TWICE = (
        "same_person_twice",
        _("La ligne %(detail)s désigne déjà cette personne."),
    )

    # Worth a look, and no error
    RECOGNISED = (
        "recognised",
        _("Fiche sans NUMEN reconnue au nom, au prénom et à la date de naissance."),
    )
    HOMONYM = (
        "homonym",
        _("Même nom et même date de naissance qu’une fiche d’un autre NUMEN : est-ce un doublon ?"),
    )
    ROLE_MOVES = (
        "role_moves",
        _("Son rôle (%(detail)s) vaudra désormais pour le nouvel établissement."),
    )
    HAD_LEFT = (
        "had_left",
        _("Cette personne était partie : la fiche change, le compte reste fermé."),
    )
    POST_IS_OVER = "post_is_over", _("Le poste a pris fin le %(detail)s.")

    def says(self, detail: str) -> str:
        """The sentence for people, in the current language."""
        return str(self.sentence) % {"detail": detail} if detail else str(self.sentence)


PROBLEMS = {problem.value: problem for problem in Problem}
