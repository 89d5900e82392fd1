"""Look for what would keep a run from working: one module a kind of cause, each a list of findings."""
