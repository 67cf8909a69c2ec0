"""Where following up is done: the list of whom to ask, one matter's record, visits, and what waits to be taken up again."""

from django.urls import path

from jiefen.desk.followups import again, views, visits

urlpatterns = [
    path("", views.listing),
    path("again/", again.queue),
    path("again/<int:pk>/", again.keep),
    path("visits/", visits.errands),
    path("visits/<int:pk>/", visits.record),
    path("<str:slug>/", views.record),
    path("<str:slug>/call/<slug:party>/", views.call),
    path("<str:slug>/visit/", visits.ask),
    path("<str:slug>/visit/off/", visits.off),
]
