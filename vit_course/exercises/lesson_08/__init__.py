"""The exercises of lesson 08: training."""
