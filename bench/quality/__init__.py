"""How good the answers are, on data whose answers are known."""
