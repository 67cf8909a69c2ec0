"""Where a case's consents, agreement and promises are written down. Under `cases/<slug>/mediation/`."""

from django.urls import path

from jiefen.desk.mediation import views

urlpatterns = [path("", views.mediation_page)]
