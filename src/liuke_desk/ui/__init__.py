"""Page frame, styles, scripts and template tags that all rooms share."""
