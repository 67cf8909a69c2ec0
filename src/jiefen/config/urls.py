"""Where each address leads. Every route is listed by a house test with who may open it."""

from django.urls import include, path

urlpatterns = [
    path("", include("jiefen.channels.urls")),
    path("", include("jiefen.desk.urls")),
]

handler404 = "jiefen.desk.errors.not_found"
handler403 = "jiefen.desk.errors.refused"
handler400 = "jiefen.desk.errors.bad_request"
handler500 = "jiefen.desk.errors.broken"
