"""The one box: a number or a code leads straight to its matter, words to a list that can be narrowed and sent to somebody."""
