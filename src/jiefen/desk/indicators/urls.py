"""Addresses of the figures, below /indicators/."""

from django.urls import path

from jiefen.desk.indicators import views

urlpatterns = urls = [
    path("", views.index),
    path("ledger/", views.order_ledger),
    path("ledger/<int:pk>/", views.ledger_page),
    path("ledger/<int:pk>/file/", views.ledger_file),
    path("<slug:key>/", views.behind),
]
