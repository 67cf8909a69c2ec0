"""The legal road: the tree of questions for a clerk, and a printable page of each road for everybody."""
