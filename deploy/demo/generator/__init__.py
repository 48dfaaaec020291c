"""Generator of the demo's legacy data: invented people, noise of old systems, drawn photos."""
