"""The exercises of lesson 03: attention."""
