"""The questions of lesson 06."""

from vit_course.exercises.engine.questions import Choice, Question

GUESSES = {
    "standardised alone": Question(
        "Standardised weights and no norm at all: what happens to the numbers over 16 units?",
        (
            Choice("they fade to zero"),
            Choice("they stay as they are: every filter is standardised"),
            Choice("they grow until float32 overflows", "Each convolution multiplies by the root of its inputs."),
        ),
        "c",
    ),
    "pre-activation": Question(
        "The class is called PreActBottleneck. In which order does the published code go?",
        (
            Choice("norm, ReLU, convolution, as the name says"),
            Choice("convolution, norm, ReLU, and a ReLU after the sum", "The unit of the first ResNet paper."),
            Choice("convolution, ReLU, norm"),
        ),
        "b",
    ),
    "one of three fixed": Question(
        "Four departures give a relative error of 0.9. You fix one of the first three. What is left?",
        (
            Choice("about 0.6"),
            Choice("about 0.3"),
            Choice("about 0.9", "Each of the others suffices to reach the ceiling."),
            Choice("nothing"),
        ),
        "c",
    ),
    "worst departure": Question(
        "Which single departure changes most predictions of a trained hybrid?",
        (
            Choice("the norm of the projected shortcut"),
            Choice("the max pool"),
            Choice(
                "the padding of strided convolutions", "Three layers look at other pixels than they were trained on."
            ),
            Choice("the formula of the standardising"),
        ),
        "c",
    ),
    "stem, pixels shuffled": Question(
        "The pixels within each patch are shuffled. What becomes of the stem's lead over patches?",
        (
            Choice("the stem stays ahead", "It does not need the order of the pixels within a patch."),
            Choice("it is gone: the two are level"),
            Choice("the stem falls behind by a few points"),
            Choice("the stem falls to chance"),
        ),
        "a",
    ),
    "moved by one cell": Question(
        "Which costs the stem's model more: moving the image by one cell, or moving the map by one cell?",
        (
            Choice("both the same: the stem carries the image's move to the map"),
            Choice(
                "the image, by far",
                "Most of it comes back when the cells at the top and left are those of the moved map.",
            ),
            Choice("the map, by far"),
            Choice("neither costs anything"),
        ),
        "b",
    ),
}

QUIZ = (
    Question(
        "Why do standardised weights and GroupNorm belong together?",
        (
            Choice("each does half of the same division", "The size is in range with GroupNorm alone."),
            Choice(
                "GroupNorm leaves channels one-sided, and standardised filters prevent that",
                "And the norm keeps the size.",
            ),
            Choice("GroupNorm cannot be trained otherwise", "It can. It was found better with standardised weights."),
        ),
        "b",
    ),
    Question(
        "Your copy of a model gives the right shapes, parameter counts and names, and other numbers. What now?",
        (
            Choice(
                "load the weights again",
                "They fit: that is what shapes and names say. The code computes something else.",
            ),
            Choice("retrain: the difference will vanish", "It hides the bug, and published weights stay unusable."),
            Choice(
                "compare intermediate results with the original, stage by stage",
                "The first stage that differs holds the bug.",
            ),
        ),
        "c",
    ),
    Question(
        "You fix one bug, measure the error again, and it has not moved. What do you conclude?",
        (
            Choice("that it was not a bug", "If another bug alone reaches the ceiling, mending one shows nothing."),
            Choice(
                "nothing, before you know how large the error can get",
                "Put a ceiling beside it: the image moved by one pixel.",
            ),
            Choice("that the measurement is broken", "It may be right, and at its ceiling."),
        ),
        "b",
    ),
    Question(
        "224 pixels, kernel 3, stride 2, padding “SAME”. How many cells are added?",
        (
            Choice("none before, one after", "112 windows need 225 cells, and the odd one goes after."),
            Choice(
                "one before, one after", "That is PyTorch's padding=1. It makes 112 windows as well, over other pixels."
            ),
            Choice("one before, none after", "The odd one goes after."),
        ),
        "a",
    ),
    Question(
        "A new bottleneck unit adds nothing, as norm3 starts at 0. What in lesson 04 starts the same way?",
        (
            Choice("dropout, which writes zeros", "Those zeros are random, and differ in each step."),
            Choice("a block whose writers are zero", "Both begin as the identity, and the writers learn first."),
            Choice("the class token that starts at zero", "That is an input, and nothing is silenced by it."),
        ),
        "b",
        reaches_back="04",
    ),
)
