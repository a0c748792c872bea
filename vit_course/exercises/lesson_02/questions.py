"""The questions of lesson 02."""

from vit_course.exercises.engine.questions import Choice, Question

GUESSES = {
    "more padding": Question(
        "The same sentences, filled up with more and more zeros. Which norms give the words other values?",
        (
            Choice("both kinds of BatchNorm"),
            Choice("plain BatchNorm only", "It alone counts the zeros."),
            Choice("all three"),
            Choice("none"),
        ),
        "b",
    ),
    "company": Question(
        "For which norms does sentence 2 come out differently from batch to batch?",
        (
            Choice("plain BatchNorm only"),
            Choice("none"),
            Choice(
                "both kinds of BatchNorm, about as much", "The mask takes the zeros out; the other sentences stay in."
            ),
            Choice("both kinds of BatchNorm, the masked one far less"),
        ),
        "c",
    ),
    "five norms": Question(
        "At batch 128, what becomes of the test accuracy when BatchNorm stands in LayerNorm's place?",
        (
            Choice("it rises by a few points"),
            Choice("nothing that eight seeds can show"),
            Choice("it falls by more than ten points"),
            Choice("it falls by a few points", "BatchNorm learns; it does not break down."),
        ),
        "d",
    ),
    "sorted by class": Question(
        "BatchNorm in training mode meets batches that mostly hold one class. What happens to its accuracy?",
        (
            Choice(
                "it falls by more than 20 points",
                "What the batch has in common is subtracted, and that is what shows the class.",
            ),
            Choice("it falls by a few points"),
            Choice("it stays"),
            Choice("it rises: the batch is easier"),
        ),
        "a",
    ),
    "half as bright": Question(
        "Test images in half the light. Which of the three loses most?",
        (
            Choice("LayerNorm"),
            Choice("BatchNorm with running statistics", "Its mean and deviation are not those of these images."),
            Choice("BatchNorm with the test batch's statistics"),
            Choice("all lose the same"),
        ),
        "b",
    ),
}

QUIZ = (
    Question(
        "Which numbers share a mean in LayerNorm?",
        (
            Choice(
                "all numbers of an image", "That is GroupNorm with one group. LayerNorm treats each token by itself."
            ),
            Choice("the hidden units of one token", "So neither other tokens nor other images play a part."),
            Choice("one hidden unit over all tokens of an image", "That is instance normalisation."),
        ),
        "b",
    ),
    Question(
        "A ViT with BatchNorm gives one photograph two different classes, depending on what else is in the batch."
        " What is the likeliest cause?",
        (
            Choice("eps is too small", "Then single quiet tokens would suffer, whatever else is in the batch."),
            Choice(
                "the running statistics are those of other images",
                "Then the class would be wrong, but the same each time.",
            ),
            Choice("the model is in training mode", "In evaluation mode the statistics are constants."),
        ),
        "c",
    ),
    Question(
        "Why is padding no reason against BatchNorm in a ViT?",
        (
            Choice("images cut to one size have no padding", "And where there is padding, a mask leaves it out."),
            Choice("zeros do not change a mean", "They do, and the deviation as well: section 4."),
            Choice("LayerNorm counts the padding as well", "It looks at one token at a time."),
        ),
        "a",
    ),
    Question(
        "Your accuracy after a minute of training is 10 % on ten classes, and the loss is 2.30. What do you know?",
        (
            Choice(
                "the model has learned a tenth of the classes",
                "Chance gives 10 % as well, and 2.30 is ln 10: the loss of guessing.",
            ),
            Choice(
                "the learning rate is too small",
                "It may be. Two numbers cannot tell that from a gradient that is cut off or a rate that is too large.",
            ),
            Choice("it has learned nothing yet", "A loss of ln 10 is the loss of equal probabilities for ten classes."),
        ),
        "c",
    ),
    Question(
        "From lesson 00: where is the class of an image read from?",
        (
            Choice("the mean of all tokens", "Some models do that. This one reads one token."),
            Choice("the class token", "After the final norm, which is a LayerNorm."),
            Choice("the last patch", "No patch is special."),
        ),
        "b",
        reaches_back="00",
    ),
)
