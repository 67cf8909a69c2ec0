"""`/search/`, and looking up one person for the one matter at hand."""

from django.urls import path

from jiefen.desk.search import person, views

urlpatterns = [
    path("search/", views.search),
    path("find/", views.search),  # as it was called before; addresses were sent around
    path("cases/<str:slug>/person/", person.of_case),
    path("intakes/<str:number>/person/", person.of_intake),
]
