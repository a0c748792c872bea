"""Exercise 0.1: sequence_length."""

from vit_course.exercises.engine.exercise import Case, Exercise


def sequence_length(image_size: int, patch_size: int) -> int:
    """Tokens that the Transformer sees of a square image: its patches, and one class token."""
    return (image_size // patch_size) ** 2 + 1


exercise = Exercise(
    "0.1",
    sequence_length,
    cases=lambda: [Case((224, 16)), Case((224, 32)), Case((384, 16)), Case((28, 7)), Case((32, 32))],
    hints=(
        "How many patches fit along one side of the image? And how many rows of them are there?",
        "image_size // patch_size patches fit along each side; the grid has as many rows as columns.",
        "Square the number along one side, and add 1 for the class token: 224 and 16 give 14 * 14 + 1 = 197.",
    ),
)


@exercise.mistake("You counted the patches and forgot the class token, the one token that is no patch.")
def without_class_token(image_size, patch_size):
    return (image_size // patch_size) ** 2


@exercise.mistake("You counted one row of patches. The grid has as many rows as columns: square that number.")
def one_row(image_size, patch_size):
    return image_size // patch_size + 1


@exercise.mistake("You counted one row of patches, without the class token. The grid is square: so is the number.")
def one_row_without_class_token(image_size, patch_size):
    return image_size // patch_size


@exercise.mistake("You divided all pixels by the side of a patch. A patch holds patch_size * patch_size pixels.")
def area_by_side(image_size, patch_size):
    return image_size**2 // patch_size + 1


@exercise.mistake(
    "`/` gives a float in Python, even where nothing is left over. A number of tokens is an int: use `//`."
)
def float_division(image_size, patch_size):
    return (image_size / patch_size) ** 2 + 1


@exercise.mistake("You added the class token before squaring, which makes each side one patch longer: square first.")
def added_before_squaring(image_size, patch_size):
    return (image_size // patch_size + 1) ** 2


@exercise.mistake("You doubled the patches along one side. 14 rows of 14 patches are 14 * 14: `** 2`, not `* 2`.")
def doubled(image_size, patch_size):
    return image_size // patch_size * 2 + 1


@exercise.mistake("`^` is no power in Python: it compares bits. Write `** 2`.")
def caret(image_size, patch_size):
    return (image_size // patch_size) ^ 2 + 1
