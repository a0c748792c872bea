"""The exercises of lesson 05: the encoder."""
