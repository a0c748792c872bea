"""The questions of lesson 03."""

from vit_course.exercises.engine.questions import Choice, Question

GUESSES = {
    "no division": Question(
        "What makes training without the division slower, at 64 numbers a head?",
        (
            Choice("the bad start alone"),
            Choice("the large steps alone"),
            Choice(
                "both, each by itself",
                "Each of the two alone costs about as much as both together.",
            ),
            Choice("neither: it is not slower"),
        ),
        "c",
    ),
    "twelve heads": Question(
        "One head of 768 numbers becomes 12 heads of 64. What is 12 times as much?",
        (
            Choice("the parameters"),
            Choice("the matrix products"),
            Choice("the attention weights", "Each head has a matrix [tokens, tokens] of its own."),
            Choice("nothing"),
        ),
        "c",
    ),
    "one head off": Question(
        "One of the 24 heads of a trained model is switched off. What does it typically cost?",
        (
            Choice("less than 1 point", "Without one head, the rest of the model still does nearly as well."),
            Choice("about 4 points: a 24th of all"),
            Choice("about 20 points"),
            Choice("everything"),
        ),
        "a",
    ),
}

QUIZ = (
    Question(
        "A row of the attention weights is 0.7, 0.2, 0.1. What does the token of that row get?",
        (
            Choice("70 % of its own value, whatever else happens", "The largest weight need not be the token's own."),
            Choice(
                "a mean of three values, weighted by these numbers",
                "Then `out` turns it, and it is added to the stream.",
            ),
            Choice("the value of the token with 0.7", "A softmax is soft: the others take part."),
        ),
        "b",
    ),
    Question(
        "Why can scores not be compared fairly when some keys are much longer than others?",
        (
            Choice("long keys make the softmax slower", "Its cost depends on the number of tokens only."),
            Choice(
                "a long key gets large scores from every query that points its way", "QK-norm takes the length out."
            ),
            Choice("the square root cancels the length", "It depends on the number of dimensions, not on the key."),
        ),
        "b",
    ),
    Question(
        "Someone splits heads by `tokens.reshape(batch, heads, tokens, head_dim)`. What will they see?",
        (
            Choice("an error about shapes", "The shape is the right one. That makes it a mean bug."),
            Choice("the right result, a little slower", "Look at the picture of numbered tokens again."),
            Choice("no error, and heads that hold whole tokens", "Each head sees a few tokens and never the others."),
        ),
        "c",
    ),
    Question(
        "What does a fused kernel avoid?",
        (
            Choice("multiplying every query with every key", "It does all of these products, in pieces."),
            Choice("storing the matrix of all weights", "So nobody can look at it either."),
            Choice("the softmax", "It keeps a running sum and corrects it."),
        ),
        "b",
    ),
    Question(
        "From lesson 01: you shuffle the patches of an image, and the positions stay where they are. Who notices?",
        (
            Choice("attention, by the order of the rows", "To attention the tokens are a set."),
            Choice("nobody", "That is so without positions. Here each patch now has another patch's position."),
            Choice(
                "any layer that reads the tokens: they are other vectors now", "Patch plus position is another sum."
            ),
        ),
        "c",
        reaches_back="01",
    ),
)
