"""Under `cases/<slug>/join/`."""

from django.urls import path

from jiefen.desk.joining import answers, views

urlpatterns = [
    path("", views.alike_page),
    path("undo/", views.part_page),
    path("follow/", views.follow),
    path("answers/", answers.answers_page),
    path("<str:other>/", views.join_page),
]
