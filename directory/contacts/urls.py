from django.urls import path

from directory.contacts import views

urlpatterns = [
    path("", views.contacts, name="contacts"),
    path("nouveau/", views.new, name="contact_new"),
    path("proposer/", views.propose, name="contact_propose"),
    path("carte/", views.card, name="contact_card"),
    path("importer/", views.bring, name="contacts_import"),
    path("contacts.vcf", views.export, name="contacts_export"),
    path("suggestions/", views.suggestions, name="contacts_suggestions"),
    path("groupe/<int:group_id>/", views.group, name="contact_group"),
    path("<int:contact_id>/", views.contact, name="contact"),
    path("<int:contact_id>/supprimer/", views.remove, name="contact_remove"),
    path("<int:contact_id>/reprendre/", views.take_back, name="contact_take_back"),
]
