"""The pages of papers: reading, downloading, drafting, voiding, sealing, delivering, binding."""
