"""How far a run has come, counted from its events and drawn where a person looks."""
