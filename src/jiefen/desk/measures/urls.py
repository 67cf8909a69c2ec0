"""What is said to an office that handles badly, and its answer. Under `cases/<slug>/measures/`."""

from django.urls import path

from jiefen.desk.measures import views

urlpatterns = [path("", views.page)]
