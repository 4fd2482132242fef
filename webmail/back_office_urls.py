"""The pages of ``/gestion/`` that concern what people write."""

from django.urls import path

from webmail.views import footers

urlpatterns = [
    path("pieds-de-page/", footers.footers, name="footers"),
    path("pieds-de-page/nouveau/", footers.write_footer, name="footer_new"),
    path("pieds-de-page/<int:pk>/", footers.write_footer, name="footer"),
    path("pieds-de-page/<int:pk>/supprimer/", footers.remove_footer, name="footer_remove"),
]
