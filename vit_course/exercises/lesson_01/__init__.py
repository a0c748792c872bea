"""The exercises of lesson 01: embeddings."""
