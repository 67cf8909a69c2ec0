"""Where a person's notices are."""

from django.urls import path

from jiefen.desk.inbox import views

urlpatterns = [
    path("", views.inbox),
    path("read-all/", views.read_all),
    path("<int:pk>/read/", views.read),
    path("<int:pk>/clear/", views.clear),
]
