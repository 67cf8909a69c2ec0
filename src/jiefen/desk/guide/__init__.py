"""Plain pages for residents: which road fits, and for every kind and road how it goes. Public, printable, no sign-in."""
