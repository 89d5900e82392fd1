"""The protection layer: every outgoing request passes here."""
