"""Everything that is held about a user here, as a ZIP that imports again."""
