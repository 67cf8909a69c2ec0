"""Where several offices on one matter are looked after."""

from django.urls import path

from jiefen.desk.joint import meetings, rulings, stepping, views

urlpatterns = [
    path("joint/", views.office),
    path("joint/tasks/<int:pk>/", views.task_done),
    path("joint/recusal/<slug:sort>/<int:pk>/", stepping.page),
    path("rulings/", rulings.listing),
    path("cases/<str:slug>/ruling/", rulings.ruling),
    path("cases/<str:slug>/meetings/", meetings.of_case),
    path("cases/<str:slug>/meetings/<int:seq>/", meetings.one),
]
