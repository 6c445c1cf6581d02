"""The one door to the library: everything passes it as plain values."""
