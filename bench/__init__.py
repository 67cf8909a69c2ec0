"""How fast Jiefen is, measured on rows like a county's. Not part of the installed package; see README.md."""
