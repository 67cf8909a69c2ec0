"""Hard matters and the leaders who answer for them. Under `supervise/hard/`."""

from django.urls import path

from jiefen.desk.hard import views

urlpatterns = [path("", views.hard_page)]
