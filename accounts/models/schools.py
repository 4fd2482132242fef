"""Schools and offices, and how to reach them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

DEPARTMENT_LENGTH = 3


class School(models.Model):
    """A school or an office of the academy, known by its UAI code. The schools' import fills it."""

    class Kind(models.TextChoices):
        PRIMARY = "primary", _("école")
        COLLEGE = "college", _("collège")
        LYCEE = "lycee", _("lycée")
        DISTRICT = "district", _("circonscription")
        GUIDANCE = "guidance", _("centre d’information et d’orientation")
        DSDEN = "dsden", _("DSDEN")
        RECTORAT = "rectorat", _("rectorat")
        OTHER = "other", _("autre")

    uai = models.CharField(_("code UAI"), max_length=8, unique=True)
    name = models.CharField(_("nom"), max_length=120)
    kind = models.CharField(_("nature"), max_length=10, choices=Kind.choices, default=Kind.OTHER)
    street = models.CharField(_("adresse"), max_length=120, blank=True)
    postal_code = models.CharField(_("code postal"), max_length=10, blank=True)
    city = models.CharField(_("commune"), max_length=80)
    phone = models.CharField(_("téléphone"), max_length=20, blank=True)
    # The secretariat's: where someone who lost a letter or a NUMEN is sent.
    email = models.EmailField(_("courriel"), max_length=254, blank=True)
    head_name = models.CharField(_("responsable"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("établissement")
        verbose_name_plural = _("établissements")

    def __str__(self) -> str:
        return f"{self.name}, {self.city}"

    @property
    def department(self) -> str:
        """``076``: a UAI begins with its department (620 and 720 in Corsica, 97x overseas)."""
        return self.uai[:DEPARTMENT_LENGTH]

    @property
    def postal_lines(self) -> list[str]:
        """The address as an envelope shows it."""
        lines = [self.name, self.street, f"{self.postal_code} {self.city}".strip()]
        return [line for line in lines if line]


class OfficeManager(models.Manager["Office"]):
    def get_queryset(self) -> models.QuerySet["Office"]:
        kinds = (School.Kind.DSDEN, School.Kind.RECTORAT)
        return super().get_queryset().filter(kind__in=kinds)

    def above(self, school: School) -> "Office | None":
        """Who helps where the school cannot: the department's DSDEN, else the rectorat."""
        in_order = self.order_by("uai")
        near = in_order.filter(kind=School.Kind.DSDEN, uai__startswith=school.department)
        return near.first() or in_order.filter(kind=School.Kind.RECTORAT).first()


class Office(School):
    """A DSDEN or a rectorat: the schools above the schools, with people to turn to."""

    objects: ClassVar[OfficeManager] = OfficeManager()

    class Meta:
        proxy = True
        verbose_name = _("service académique")
        verbose_name_plural = _("services académiques")
