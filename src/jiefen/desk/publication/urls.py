"""Making the opinion of a second review public. Under `cases/<slug>/publication/`."""

from django.urls import path

from jiefen.desk.publication import views

urlpatterns = [path("", views.page)]
