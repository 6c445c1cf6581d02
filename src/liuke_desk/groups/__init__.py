"""Groups of customers that people keep: by name, with the rule they were chosen by."""
