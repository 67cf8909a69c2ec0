"""The pages of the office and of the resident."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import include, path
from django.views.generic import RedirectView

from jiefen.channels.ledger.views import ROUTES as ledger_routes
from jiefen.channels.upper.views import ROUTES as upper_routes
from jiefen.desk import (
    branching,
    corrections,
    intakes,
    matters,
    portal,
    portal_again,
    reason,
    register,
    road,
    signin,
    workbench,
)
from jiefen.desk.door import public, staff
from jiefen.desk.followups import portal as rating
from jiefen.desk.joining import batch as joining_batch
from jiefen.desk.joining import taking_out
from jiefen.desk.mediation import alone_bycode, leaving, signing
from jiefen.desk.mediation import bycode as consenting
from jiefen.desk.papers import bycode
from jiefen.desk.questions import bycode as answers
from jiefen.desk.roster.urls import public as hall_board


@public
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether the web process answers and reaches its database."""
    from django.db import DatabaseError, connection

    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database away", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


@public
def front(request: HttpRequest) -> HttpResponseBase:
    """Staff land on their workbench, everybody else at the resident's door."""
    if request.actor is not None:  # type: ignore[attr-defined]
        return RedirectView.as_view(url="/desk/")(request)
    return portal.home(request)


urlpatterns = [
    path("healthz", healthz),
    path("", front),
    path("desk/", workbench.workbench),
    path("", include("jiefen.desk.search.urls")),
    path("tickets/", workbench.tickets),
    path("register/", register.register_page),
    path("register/suggest/", register.suggestions),
    path("intakes/", intakes.queue),
    path("intakes/<str:number>/", intakes.intake_page),
    path("intakes/<str:number>/receipt/", intakes.receipt),
    path("intakes/<str:number>/flag/", intakes.flag),
    path("intakes/<str:number>/out/", taking_out.take_out_page),
    path("cases/", matters.listing),
    path("cases/<str:slug>/", matters.case_page),
    path("cases/<str:slug>/why/", reason.why_page),
    path("", include("jiefen.desk.vault.urls")),
    path("cases/<str:slug>/steps/<slug:name>/", matters.step_page),
    path("cases/<str:slug>/demands/<int:seq>/", matters.demand_page),
    path("cases/<str:slug>/files/", matters.evidence),
    path("cases/<str:slug>/files/<int:pk>/", matters.file_page),
    path("cases/<str:slug>/unmask/", matters.unmask),
    path("cases/<str:slug>/unmask/<int:pk>/", matters.unmask_agree),
    path("cases/<str:slug>/follow-ups/", matters.follow_up),
    path("cases/<str:slug>/reopen-asks/<int:pk>/", matters.answer_ask),
    path("cases/<str:slug>/correct/", corrections.correct_page),
    path("cases/<str:slug>/road/", road.road_page),
    path("cases/<str:slug>/questions/", include("jiefen.desk.questions.urls")),
    path("cases/<str:slug>/open/", branching.open_page),
    path("cases/<str:slug>/level/", include("jiefen.desk.levels.urls")),
    path("cases/<str:slug>/mediation/", include("jiefen.desk.mediation.urls")),
    path("cases/<str:slug>/telling/", include("jiefen.desk.telling.urls")),
    path("cases/<str:slug>/recusal/", include("jiefen.desk.recusal.urls")),
    path("cases/<str:slug>/representatives/", include("jiefen.desk.representatives.urls")),
    path("cases/<str:slug>/measures/", include("jiefen.desk.measures.urls")),
    path("cases/<str:slug>/publication/", include("jiefen.desk.publication.urls")),
    path("cases/<str:slug>/join/", include("jiefen.desk.joining.urls")),
    path("ledger/<int:pk>/alike/", joining_batch.batch_page),
    path("indicators/suggestions/", include("jiefen.desk.suggestions.urls")),
    path("supervise/hard/", include("jiefen.desk.hard.urls")),
    path("", include("jiefen.desk.joint.urls")),
    path("cases/<str:slug>/", include("jiefen.desk.papers.urls")),
]
urlpatterns += [path(where, staff(view, roles=roles)) for where, view, roles in [*ledger_routes, *upper_routes]]
urlpatterns += [path("", include("jiefen.desk.privacy.urls"))]
urlpatterns += [
    path(f"{part}/", include(f"jiefen.desk.{part}.urls"))
    for part in ("admin", "supervise", "inbox", "indicators", "roads", "roster", "guide")
]
urlpatterns += hall_board
urlpatterns += [path("follow-ups/", include("jiefen.desk.followups.urls")), *rating.urls]
urlpatterns += [
    *answers.urls,
    *consenting.urls,
    *signing.urls,
    *alone_bycode.urls,
    *leaving.urls,
    *bycode.urls,
    *portal_again.urls,
    *portal.urls,
    *signin.signin_urls,
]
