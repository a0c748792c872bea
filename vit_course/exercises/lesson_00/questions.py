"""The questions of lesson 00."""

from vit_course.exercises.engine.questions import Choice, Question

GUESSES = {
    "tokens of a garment": Question(
        "The image has 28 x 28 pixels, a patch 4 x 4. How many tokens will the model see?",
        (
            Choice("49"),
            Choice("50", "7 x 7 = 49 patches, and the class token."),
            Choice("196"),
            Choice("784"),
        ),
        "b",
    ),
    "test accuracy": Question(
        "How many of the 10,000 test images does this small model get right?",
        (
            Choice("about half"),
            Choice("about 70 %"),
            Choice("about 90 %", "Guessing would give 10 %."),
            Choice("more than 99 %"),
        ),
        "c",
    ),
}

QUIZ = (
    Question(
        "From what is the class of an image computed?",
        (
            Choice("from the class token at the end", "It has taken from the patches in every block."),
            Choice("from the patch in the middle", "No patch is special. One extra token collects for the answer."),
            Choice("from the pixels", "The pixels are read once, at the beginning, when patches become tokens."),
        ),
        "a",
    ),
    Question(
        "What does a block do to the stream?",
        (
            Choice(
                "it replaces it by something new", "That is how a plain chain of layers works. Here nothing is lost."
            ),
            Choice(
                "it shortens it by a few tokens", "The number of tokens is the same from the first block to the last."
            ),
            Choice("it adds to it", "Twice: what attention found, then what the MLP found."),
        ),
        "c",
    ),
    Question(
        "A check says “not attempted”. What does that mean for the rest of the notebook?",
        (
            Choice("it stops here", "No cell further down needs your function."),
            Choice("nothing: what follows uses the package's version", "So you can come back to an exercise later."),
            Choice("the next exercise will fail as well", "Each exercise stands alone."),
        ),
        "b",
    ),
)
