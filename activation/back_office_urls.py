"""The pages of ``/gestion/`` that concern imports, letters and the follow-up of activations."""

from django.urls import path

from activation.views import departures, imports

urlpatterns = [
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:pk>/", imports.import_page, name="import"),
    path("imports/<int:pk>/confirmer/", imports.confirm, name="import_confirm"),
    path("imports/<int:pk>/abandonner/", imports.give_up, name="import_give_up"),
    path("imports/<int:pk>/departs/", departures.plan_departures, name="import_departures"),
    path("imports/<int:pk>/rapport/", imports.report, name="import_report"),
]
