"""What the understanding of texts reaches, against its anchors: `jiefen bench understanding`."""
