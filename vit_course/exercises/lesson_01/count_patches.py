"""Exercise 1.1: count_patches."""

from vit_course import embeddings
from vit_course.exercises.engine.exercise import Case, Exercise

exercise = Exercise(
    "1.1",
    embeddings.count_patches,
    cases=lambda: [Case((224, 224, 16)), Case((32, 48, 8)), Case((48, 32, 16)), Case((28, 28, 4)), Case((8, 8, 8))],
    hints=(
        "Take one side at a time: how many patches lie along the height?",
        "height // patch_size rows of width // patch_size patches.",
        "Multiply the two. The class token is no patch; it joins later.",
    ),
)


@exercise.mistake("You assumed a square image. Height and width differ: count the rows and the columns each by itself.")
def square_image(height, width, patch_size):
    return (height // patch_size) ** 2


@exercise.mistake("You divided all pixels by the side of a patch. A patch holds patch_size * patch_size pixels.")
def area_by_side(height, width, patch_size):
    return height * width // patch_size


@exercise.mistake("You counted the class token as well. It is a token, but no patch: it is not cut from the image.")
def with_class_token(height, width, patch_size):
    return (height // patch_size) * (width // patch_size) + 1


@exercise.mistake(
    "`/` gives a float in Python, even where nothing is left over. A number of patches is an int: use `//`."
)
def float_division(height, width, patch_size):
    return (height / patch_size) * (width / patch_size)


@exercise.mistake("You added rows and columns. A grid of 2 rows and 3 columns has 2 * 3 cells.")
def added(height, width, patch_size):
    return height // patch_size + width // patch_size
