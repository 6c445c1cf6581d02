"""The workspace, the cycle that runs the verbs in order, the command line; the only reader of the clock."""
