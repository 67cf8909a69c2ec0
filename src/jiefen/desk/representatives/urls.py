"""Who speaks for several people. Under `cases/<slug>/representatives/`."""

from django.urls import path

from jiefen.desk.representatives import views

urlpatterns = [path("", views.page)]
