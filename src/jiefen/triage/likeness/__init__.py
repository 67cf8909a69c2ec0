"""How alike two tellings are, and why: pure rules, the same for a page and for a file.

A telling is compared by its pairs of neighbouring characters. A pair counts the more the fewer tellings have it, and double
where it stands at the head of one, because people name the matter first. A phrase that many otherwise unlike tellings share
counts nothing. Which pairs are rare and which phrases are stock is learnt from the tellings themselves.
"""
