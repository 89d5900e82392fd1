"""What each run leaves behind of itself: its events summed up, as one small object of the lake."""
