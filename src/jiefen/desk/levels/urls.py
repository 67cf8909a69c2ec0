"""Under `cases/<slug>/level/`."""

from django.urls import path

from jiefen.desk.levels import views

urlpatterns = [path("", views.level_page)]
