"""Exercise 1.1: count_patches."""

import math

from vit_course import embeddings
from vit_course.exercises.engine.exercise import Case, Exercise


def _sizes():
    return [
        Case((224, 224, 16)),
        Case((16, 56, 8)),
        Case((48, 32, 16)),
        Case((28, 28, 4)),
        Case((8, 8, 8)),
        Case((49, 49, 49)),  # 49 * (1 / 49) is less than 1
        Case((28, 28, 7)),  # the image of an earlier case; 28 * 28 * (1 / 49) is less than 16
        Case((9, 15, 3)),
        Case((3, 5, 1)),
    ]


exercise = Exercise(
    "1.1",
    embeddings.count_patches,
    cases=_sizes,
    hints=(
        "Take one side at a time: how many patches lie along the height? `//` divides whole numbers.",
        "Patches lie in a grid. Its rows are counted along the height, its columns along the width. How many cells has "
        "a grid of 4 rows and 6 columns?",
        "return (height // patch_size) * (width // patch_size)",
    ),
)


@exercise.mistake("You assumed a square image. Height and width differ: count the rows and the columns each by itself.")
def square_image(height, width, patch_size):
    return (height // patch_size) ** 2


@exercise.mistake(
    "You counted the columns twice: your image is as high as it is wide. Height and width differ: count the rows and "
    "the columns each by itself."
)
def square_of_the_width(height, width, patch_size):
    return (width // patch_size) ** 2


@exercise.mistake(
    "You counted the patches of the largest square that fits into the image. The rest of it is cut into patches, too: "
    "rows times columns."
)
def largest_square(height, width, patch_size):
    return (min(height, width) // patch_size) ** 2


@exercise.mistake(
    "You counted the patches of a square as wide as the longer side. The image does not fill it: rows times columns."
)
def smallest_square_around(height, width, patch_size):
    return (max(height, width) // patch_size) ** 2


@exercise.mistake(
    "You counted the patches of a square of the same area. Its side need not be a whole number of patches: take rows "
    "times columns."
)
def square_of_the_area(height, width, patch_size):
    return (int(math.sqrt(height * width)) // patch_size) ** 2


@exercise.mistake("You refuse an image whose sides differ. Nothing forbids them: count rows and columns by themselves.")
def refuses_other_than_square(height, width, patch_size):
    assert height == width and height % patch_size == 0
    return (height // patch_size) ** 2


@exercise.mistake(
    "Your result is height * width // patch_size: divided once by the side of a patch. Divide each side by it, or all "
    "pixels by patch_size * patch_size."
)
def area_by_side(height, width, patch_size):
    return height * width // patch_size


@exercise.mistake("You counted the class token as well. It is a token, but no patch: it is not cut from the image.")
def with_class_token(height, width, patch_size):
    return (height // patch_size) * (width // patch_size) + 1


@exercise.mistake(
    "Your number is right, but a float: `/`, math.pow and NumPy's floor give one even where nothing is left over. A "
    "number of patches is an int: use `//`."
)
def float_division(height, width, patch_size):
    return (height / patch_size) * (width / patch_size)


@exercise.mistake("You added rows and columns. A grid of 2 rows and 3 columns has 2 * 3 cells.")
def added(height, width, patch_size):
    return height // patch_size + width // patch_size


@exercise.mistake("You returned rows and columns, each by itself. Asked for is the number of patches: their product.")
def rows_and_columns(height, width, patch_size):
    return height // patch_size, width // patch_size


@exercise.mistake(
    "Your result is the number of pixels. A patch holds patch_size * patch_size of them. Mind the brackets: a // p * p "
    "divides by p and multiplies by it again."
)
def pixels_counted(height, width, patch_size):
    return height * width // patch_size * patch_size


@exercise.mistake("You counted the pixels of one patch. How many patches fit into the image?")
def pixels_of_a_patch(height, width, patch_size):
    return patch_size * patch_size


@exercise.mistake("You counted the patches along the height, one column of them. Multiply by those along the width.")
def rows_only(height, width, patch_size):
    return height // patch_size


@exercise.mistake("You counted the patches along the width, one row of them. Multiply by those along the height.")
def columns_only(height, width, patch_size):
    return width // patch_size


@exercise.mistake(
    "You counted a patch at every pixel where one can begin: they would overlap. Patches lie side by side, so "
    "height // patch_size of them along the height."
)
def overlapping(height, width, patch_size):
    return (height - patch_size + 1) * (width - patch_size + 1)


@exercise.mistake(
    "You counted one patch too few along each side. The formula of a convolution is (height - patch_size) // "
    "patch_size + 1; without its + 1 the last patch is lost."
)
def one_too_few_a_side(height, width, patch_size):
    return ((height - patch_size) // patch_size) * ((width - patch_size) // patch_size)


@exercise.mistake(
    "You counted one patch too many along each side: a range that ends at height + 1, for example, has one more step. "
    "height // patch_size are right."
)
def one_too_many_a_side(height, width, patch_size):
    return (height // patch_size + 1) * (width // patch_size + 1)


@exercise.mistake(
    "Your result is that of patches of 16 pixels, whatever patch_size is. Compute with the argument: other models have "
    "other patches."
)
def patches_of_16(height, width, patch_size):
    return (height // 16) * (width // 16)


@exercise.mistake("Your result is 196, whatever is asked: right for 224 x 224 and 16. Compute with the arguments.")
def always_196(height, width, patch_size):
    return 196


@exercise.mistake("Your result is always 0. `%` gives what is left over, here nothing; `//` gives how often it fits.")
def remainder(height, width, patch_size):
    return (height % patch_size) * (width % patch_size)


@exercise.mistake("`^` is no power in Python: it compares bits. Divide by patch_size ** 2.")
def caret(height, width, patch_size):
    return height * width // patch_size ^ 2


@exercise.mistake("`^` is no power in Python: it compares bits, here those of patch_size and 2. Write patch_size ** 2.")
def caret_in_brackets(height, width, patch_size):
    return height * width // (patch_size ^ 2)


@exercise.mistake(
    "You multiply by 1 / patch_size, which is rounded, and cut the result off: 49 * (1 / 49) is a little below 1, and "
    "int() makes it 0. Divide whole numbers: `//`."
)
def by_the_inverse(height, width, patch_size):
    return int(height * (1 / patch_size)) * int(width * (1 / patch_size))


@exercise.mistake(
    "You multiply by 1 / patch_size twice, which is rounded, and cut the result off: 28 * 28 * (1 / 7) ** 2 is a "
    "little below 16, and int() makes it 15. Divide whole numbers: `//`."
)
def by_the_inverse_twice(height, width, patch_size):
    return int(height * width * (1 / patch_size) ** 2)


@exercise.mistake(
    "You multiply by 1 / patch_size ** 2, which is rounded, and cut the result off: 28 * 28 * (1 / 49) is a little "
    "below 16, and int() makes it 15. Divide whole numbers: `//`."
)
def by_the_inverse_of_the_square(height, width, patch_size):
    return int(height * width * (1 / patch_size**2))


@exercise.mistake(
    "You counted the image with a margin of one patch all around, as a convolution with padding has it. A Vision "
    "Transformer pads nothing: height // patch_size rows."
)
def padded(height, width, patch_size):
    return (height // patch_size + 2) * (width // patch_size + 2)


@exercise.mistake("You counted 3 patches for each, one for each colour. A patch holds all channels of its pixels.")
def three_a_patch(height, width, patch_size):
    return 3 * (height // patch_size) * (width // patch_size)


@exercise.mistake(
    "28 x 28 gives 49 with patches of 7 as well as with patches of 4. Is an earlier result kept under height and width "
    "alone? It depends on patch_size, too: compute it each time."
)
def kept_by_height_and_width(height, width, patch_size):
    first = {case.args[:2]: case.args[2] for case in reversed(_sizes())}
    patch_size = first[height, width]
    return (height // patch_size) * (width // patch_size)


@exercise.mistake(
    "Your result is height // patch_size**2 * width: `**` comes first, and then it goes from left to right, so the "
    "height alone is divided, and rounded down. Divide each side by patch_size."
)
def height_alone_divided(height, width, patch_size):
    return height // patch_size**2 * width
