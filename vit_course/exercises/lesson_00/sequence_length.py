"""Exercise 0.1: sequence_length."""

from vit_course.exercises.engine.exercise import Case, Exercise


def sequence_length(image_size: int, patch_size: int) -> int:
    """Tokens that the Transformer sees of a square image: its patches, and one class token."""
    return (image_size // patch_size) ** 2 + 1


def _sizes():
    return [
        Case((224, 16)),
        Case((224, 32)),  # the image of the first case
        Case((384, 16)),  # the patches of the first case
        Case((28, 7)),
        Case((32, 32)),
        Case((49, 49)),  # 49 * (1 / 49) is less than 1
        Case((15, 5)),
        Case((5, 1)),
    ]


exercise = Exercise(
    "0.1",
    sequence_length,
    cases=_sizes,
    hints=(
        "How many patches fit along one side of the image? And how many rows of them are there?",
        "With 224 and 16: 14 patches along each side, 14 rows of them, so 14 * 14. Which token is still missing? `//` "
        "divides whole numbers.",
        "return (image_size // patch_size) ** 2 + 1",
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


@exercise.mistake(
    "Your result is image_size ** 2 // patch_size + 1: divided by the side of a patch once. A patch holds patch_size * "
    "patch_size pixels: divide the side first, then square."
)
def area_by_side(image_size, patch_size):
    return image_size**2 // patch_size + 1


@exercise.mistake(
    "Your result is image_size ** 2 // patch_size: divided by the side of a patch once, and without the class token. A "
    "patch holds patch_size * patch_size pixels: divide the side first, then square."
)
def area_by_side_without_class_token(image_size, patch_size):
    return image_size**2 // patch_size


@exercise.mistake(
    "Your number is right, but a float: `/`, math.pow and NumPy's floor give one even where nothing is left over. A "
    "number of tokens is an int: use `//` and `**`."
)
def float_division(image_size, patch_size):
    return (image_size / patch_size) ** 2 + 1


@exercise.mistake(
    "Your result is (n + 1) ** 2, with n patches along a side. If the 1 is the class token, add it after squaring; if "
    "it is one more patch, n is enough."
)
def added_before_squaring(image_size, patch_size):
    return (image_size // patch_size + 1) ** 2


@exercise.mistake(
    "You counted one patch too many along each side: a range that ends at image_size + 1, for example, has one more "
    "step. image_size // patch_size are right."
)
def one_too_many_a_side(image_size, patch_size):
    return (image_size // patch_size + 1) ** 2 + 1


@exercise.mistake(
    "You counted one patch too few along each side. The formula of a convolution is (image_size - patch_size) // "
    "patch_size + 1; without its + 1 the last patch is lost."
)
def one_too_few_a_side(image_size, patch_size):
    return ((image_size - patch_size) // patch_size) ** 2 + 1


@exercise.mistake(
    "You counted a patch at every pixel where one can begin: they would overlap. Patches lie side by side, so "
    "image_size // patch_size along a side."
)
def overlapping(image_size, patch_size):
    return (image_size - patch_size + 1) ** 2 + 1


@exercise.mistake("You doubled the patches along one side. 14 rows of 14 patches are 14 * 14: `** 2`, not `* 2`.")
def doubled(image_size, patch_size):
    return image_size // patch_size * 2 + 1


@exercise.mistake("You doubled the patches along one side, and left out the class token. 14 rows of 14 are 14 * 14.")
def doubled_without_class_token(image_size, patch_size):
    return image_size // patch_size * 2


@exercise.mistake("`^` is no power in Python: it compares bits. Write `** 2`.")
def caret(image_size, patch_size):
    return (image_size // patch_size) ^ 2 + 1


@exercise.mistake("`^` is no power in Python: it compares bits, here those of n and 2. Write `** 2`.")
def caret_in_brackets(image_size, patch_size):
    return ((image_size // patch_size) ^ 2) + 1


@exercise.mistake("`^` is no power in Python: it compares bits. Write `** 2`, and add the class token.")
def caret_without_class_token(image_size, patch_size):
    return image_size // patch_size ^ 2


@exercise.mistake(
    "Your result is n * n + 2, with n patches along a side. There is one token beside the patches, the class token "
    "(a second one, for distillation, is DeiT's)."
)
def two_more(image_size, patch_size):
    return (image_size // patch_size) ** 2 + 2


@exercise.mistake(
    "Your result is n * (n + 1), with n patches along a side: as if each row had a class token, or one patch more. "
    "There are n * n patches, and one class token for the whole image."
)
def one_more_a_row(image_size, patch_size):
    n = image_size // patch_size
    return n * (n + 1)


@exercise.mistake(
    "Your result is n * (n + 1) + 1, with n patches along a side: each row has one patch too many. There are n * n "
    "patches, and one class token."
)
def row_too_long(image_size, patch_size):
    n = image_size // patch_size
    return n * (n + 1) + 1


@exercise.mistake(
    "Your result is that of an image of 224 pixels, whatever image_size is. Compute with the argument: other images "
    "have other sizes."
)
def image_of_224(image_size, patch_size):
    return (224 // patch_size) ** 2 + 1


@exercise.mistake(
    "Your result is that of patches of 16 pixels, whatever patch_size is. Compute with the argument: other models have "
    "other patches."
)
def patches_of_16(image_size, patch_size):
    return (image_size // 16) ** 2 + 1


@exercise.mistake("Your result is 197, whatever is asked: right for 224 and 16 only. Compute with the two arguments.")
def always_197(image_size, patch_size):
    return 197


@exercise.mistake("Your result is always 1, the class token alone. `%` gives what is left over; `//` gives how often.")
def remainder(image_size, patch_size):
    return (image_size % patch_size) ** 2 + 1


@exercise.mistake(
    "You multiply by 1 / patch_size, which is rounded, and cut the result off: 49 * (1 / 49) is a little below 1, and "
    "int() makes it 0. Divide whole numbers: `//`."
)
def by_the_inverse(image_size, patch_size):
    return int(image_size * (1 / patch_size)) ** 2 + 1


@exercise.mistake(
    "Your result is the number of pixels, and 1. A token is a whole patch, of patch_size * patch_size pixels. Mind the "
    "brackets: a // p * p divides by p and multiplies by it again."
)
def pixels_counted(image_size, patch_size):
    return image_size * image_size // patch_size * patch_size + 1


@exercise.mistake(
    "224 gives 197 with patches of 32 as well. Is an earlier result kept under the image size alone? It depends on "
    "both arguments: compute it each time."
)
def kept_by_image_size(image_size, patch_size):
    first = {case.args[0]: case.args[1] for case in reversed(_sizes())}
    return (image_size // first[image_size]) ** 2 + 1


@exercise.mistake(
    "Patches of 16 give 197 with an image of 384 as well. Is an earlier result kept under the patch size alone? It "
    "depends on both arguments: compute it each time."
)
def kept_by_patch_size(image_size, patch_size):
    first = {case.args[1]: case.args[0] for case in reversed(_sizes())}
    return (first[patch_size] // patch_size) ** 2 + 1


@exercise.mistake(
    "Your result is image_size // patch_size ** 2 + 1. `**` comes before `//`, so only the patch is squared: put "
    "brackets around image_size // patch_size."
)
def power_first(image_size, patch_size):
    return image_size // patch_size**2 + 1


@exercise.mistake(
    "You counted 3 tokens for each patch, one for each colour. A patch with all its channels is one token."
)
def three_a_patch(image_size, patch_size):
    return 3 * (image_size // patch_size) ** 2 + 1


@exercise.mistake(
    "Your result is n * n + 5, with n patches along a side. There is one token beside the patches, the class token "
    "(four registers more are DINOv2's)."
)
def four_registers(image_size, patch_size):
    return (image_size // patch_size) ** 2 + 5


@exercise.mistake("You returned patches and class tokens as a pair. Asked for is one number, their sum.")
def as_a_pair(image_size, patch_size):
    return (image_size // patch_size) ** 2, 1
