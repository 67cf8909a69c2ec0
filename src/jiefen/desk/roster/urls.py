"""Under `roster/`; the board for everybody stands at `hall/`."""

from django.urls import path

from jiefen.desk.roster import board, calls, week

urlpatterns = [
    path("", week.week_page),
    path("slot/", week.add),
    path("slot/<int:pk>/end/", week.end),
    path("day/", week.day),
    path("day/<int:pk>/back/", week.day_back),
    path("import/", week.upload),
    path("call/", calls.call_page),
    path("call/<int:pk>/", calls.end),
    path("late/", calls.late_page),
]
public = [path("hall/", board.halls), path("hall/<slug:letters>/", board.hall)]
