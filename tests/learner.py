"""What the tests of the exercises share."""

from vit_course.embeddings import patchify


def named(name, implementation):
    """The implementation under the exercise's name, as a learner would have written it."""
    if isinstance(implementation, type):
        return type(name, (implementation,), {})

    def learner(*args):
        return implementation(*args)

    learner.__name__ = name
    return learner


def patchify_with(change):
    return named("patchify", lambda images, size: change(patchify(images, size)))
