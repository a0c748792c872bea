"""The exercises of lesson 06: the ResNet of a hybrid."""
