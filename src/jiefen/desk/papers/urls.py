"""Where the papers of one case are, below `/cases/<slug>/`."""

from django.urls import path

from jiefen.desk.papers import binding, delivery, drafts, reading

urlpatterns = [
    path("papers/<int:pk>/", reading.paper_page),
    path("papers/<int:pk>/pdf/", reading.as_pdf),
    path("papers/<int:pk>/docx/", reading.as_docx),
    path("papers/<int:pk>/void/", reading.void_paper),
    path("papers/<int:pk>/seal/", reading.seal_paper),
    path("papers/<int:pk>/complete/", reading.complete_paper),
    path("deliver/", delivery.delivery),
    path("draft/<slug:kind>/", drafts.draft_page),
    path("dossier/", binding.dossier),
]
