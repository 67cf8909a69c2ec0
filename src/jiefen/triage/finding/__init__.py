"""Finding matters by their words: `words` (pure), `index` (what is written), `asking` (what a reader is told), `rebuild`."""
