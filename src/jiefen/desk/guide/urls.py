"""Addresses of the guide."""

from django.urls import path

from jiefen.desk.guide import views

urlpatterns = [
    path("", views.finder),
    path("road/<slug:name>/", views.road),
    path("<slug:code>/", views.kind),
]
