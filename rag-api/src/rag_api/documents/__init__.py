"""The shared corpus: reading files, cutting them into passages, storing and finding these."""
