"""Where the supervisor's board and the lists behind its figures are."""

from django.urls import path

from jiefen.desk.supervise import readings, views

urlpatterns = [
    path("", views.board),
    path("list/", views.listing),
    path("readings/", readings.page),
    path("readings/<int:pk>/", readings.look),
]
