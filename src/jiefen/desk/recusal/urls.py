"""Stepping back from a matter. Under `cases/<slug>/recusal/`."""

from django.urls import path

from jiefen.desk.recusal import views

urlpatterns = [path("", views.recusal_page)]
