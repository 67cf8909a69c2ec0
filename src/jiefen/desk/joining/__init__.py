"""Pages for matters that are the same: which they may be, joining, undoing, and what an import brought."""
