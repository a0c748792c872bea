"""The exercises of lesson 07: the whole model, and weights from elsewhere."""
