"""Where the pages about personal information are."""

from django.urls import path

from jiefen.desk.privacy import office, resident, retention

urlpatterns = [
    *resident.urls,
    path("personal/", office.queue),
    path("personal/new/", office.write_down),
    path("personal/<int:pk>/", office.one),
    path("personal/<int:pk>/copy/", office.hand_over),
    path("admin/retention/", retention.page),
    path("admin/retention/propose/", retention.propose),
    path("admin/retention/<int:pk>/", retention.one),
    path("admin/retention/<int:pk>/decide/", retention.decide),
]
