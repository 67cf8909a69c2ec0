"""Ask and answer, as pages: for the office on the case, for the person at the top of their own page."""
