"""Addresses of questions, below `/cases/<slug>/questions/`."""

from django.urls import path

from jiefen.desk.questions import views

urlpatterns = [path("ask/", views.ask_page), path("<int:seq>/", views.answer_page)]
