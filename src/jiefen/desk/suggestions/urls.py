"""Address of the page that says how often suggestions were right."""

from django.urls import path

from jiefen.desk.suggestions.views import page

urlpatterns = [path("", page)]
