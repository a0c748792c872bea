"""The one exercise of lesson 00, which shows how exercises work."""
