from django.urls import path

from directory import views

urlpatterns = [
    path("", views.directory, name="directory"),
    path("etablissement/<str:uai>/", views.school, name="directory_school"),
    path("etablissement/<str:uai>/personnel/", views.staff, name="directory_staff"),
    path("suggestions/", views.suggestions, name="directory_suggestions"),
]
