"""The pages of ``/gestion/`` that concern imports, letters and the follow-up of activations."""

from django.urls import path

from activation.views import follow_up

urlpatterns = [
    path("activations/", follow_up.follow_up, name="follow_up"),
    path("activations/rappels/", follow_up.remind_schools, name="follow_up_remind"),
    path("activations/export/", follow_up.export, name="follow_up_csv"),
    path("activations/<slug:uai>/", follow_up.school, name="follow_up_school"),
]
