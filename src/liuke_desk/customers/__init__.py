"""The serving copy of what the cycle found out about every customer."""
