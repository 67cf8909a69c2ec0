"""Where a case's consents, agreement and promises are written down, and talks with one side alone. Under
`cases/<slug>/mediation/`."""

from django.urls import path

from jiefen.desk.mediation import alone, views

urlpatterns = [
    path("", views.mediation_page),
    path("alone/", alone.alone_page),
    path("alone/<str:party>/", alone.typing_page),
]
