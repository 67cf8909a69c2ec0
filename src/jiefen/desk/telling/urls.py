"""Where somebody allows that the other side is told. Under `cases/<slug>/telling/`."""

from django.urls import path

from jiefen.desk.telling import views

urlpatterns = [path("", views.telling_page)]
