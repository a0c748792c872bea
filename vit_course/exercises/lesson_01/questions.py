"""The questions of lesson 01."""

from vit_course.exercises.engine.questions import Choice, Question

GUESSES = {
    "class token from zero": Question(
        "A class token of zeros, in the first step of training: does a gradient reach it?",
        (
            Choice("no: a zero lets no gradient through"),
            Choice("yes", "It is an input of the layers above, and its gradient does not pass through its own value."),
            Choice("only if the positions are not zero"),
        ),
        "b",
    ),
    "shuffled cat": Question(
        "For which of the two fresh models will the output at the class token change with the shuffling?",
        (
            Choice("for both"),
            Choice("for neither"),
            Choice("only for the one with positions of zeros"),
            Choice("only for the one with random positions", "Zeros tell no place from another: the model sees a set."),
        ),
        "d",
    ),
    "upside down": Question(
        "What test accuracy will the model without positions reach on the two classes?",
        (
            Choice("exactly 50 %", "Both images of a pair are the same set to it, and get the same answer."),
            Choice("between 60 and 80 %"),
            Choice("more than 90 %"),
            Choice("less than 50 %"),
        ),
        "a",
    ),
    "garments without positions": Question(
        "How much test accuracy will the garments lose without positions?",
        (
            Choice("all: it falls to 10 %, chance"),
            Choice("about 20 points"),
            Choice("a few points", "A bag of patches of 7 x 7 pixels is often enough to know a garment."),
            Choice("nothing that five seeds can show"),
        ),
        "c",
    ),
    "stretched positions": Question(
        "Which way of resizing the positions costs most?",
        (
            Choice("corners aligned"),
            Choice("corners not aligned"),
            Choice(
                "stretched as a line", "Its positions tell wrong places; the two conventions differ by part of a patch."
            ),
            Choice("all three cost about the same"),
        ),
        "c",
    ),
}

QUIZ = (
    Question(
        "A photograph of 384 x 384 pixels goes through ViT-B_16. How many tokens are there?",
        (
            Choice("577", "24 x 24 = 576 patches and the class token."),
            Choice("576", "These are the patches. One token more belongs to no patch."),
            Choice("197", "That is the count at 224 pixels. The patch keeps its 16 pixels, so there are more patches."),
            Choice("145", "12 x 12 patches would be of 32 pixels, as in ViT-B_32."),
        ),
        "a",
    ),
    Question(
        "Why can a convolution with kernel 16 and stride 16 replace cutting and a linear map?",
        (
            Choice(
                "because convolutions share weights between neighbouring pixels",
                "Any convolution does. Here it matters that the windows neither overlap nor leave a gap.",
            ),
            Choice(
                "because each window is one patch, multiplied by the same matrix",
                "Only the order of the weights differs.",
            ),
            Choice(
                "it can't: the results differ a little", "They agree to rounding once the weights are put in order."
            ),
        ),
        "b",
    ),
    Question(
        "You shuffle the patches and their position embeddings together, in the same way. What happens to the "
        "class token's output?",
        (
            Choice("it changes: the order of the sequence counts", "A place in the sequence means nothing by itself."),
            Choice(
                "it changes if the positions were learned", "Where vectors come from plays no part once they are added."
            ),
            Choice("it stays, to rounding", "Each token is the same vector as before, and the model sees a set."),
        ),
        "c",
    ),
    Question(
        "A batch holds 8 images. What shape has the class token as a parameter?",
        (
            Choice(
                "[8, 1, hidden]",
                "Then each place in the batch would learn a token of its own, and 7 images would not fit.",
            ),
            Choice("[1, 1, hidden]", "One for all images; expand brings it to the batch without a copy."),
            Choice("[1, 197, hidden]", "That is the shape of the position embeddings."),
        ),
        "b",
    ),
)
