"""Addresses of the legal roads."""

from django.urls import path

from jiefen.desk.roads import views

urlpatterns = [path("", views.every), path("<slug:name>/", views.one)]
