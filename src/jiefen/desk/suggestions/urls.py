"""Addresses of the page that says how often suggestions were right, and of the lists behind its numbers."""

from django.urls import path

from jiefen.desk.suggestions.views import behind, page

urlpatterns = [path("", page), path("list/", behind)]
