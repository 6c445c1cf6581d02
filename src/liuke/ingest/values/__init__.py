"""Text to typed values, whole columns at a time; what cannot be converted is named, not guessed."""
