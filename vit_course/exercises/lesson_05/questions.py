"""The questions of lesson 05."""

from vit_course.exercises.engine.questions import Choice, Question

GUESSES = {
    "twelve averages": Question(
        "Twelve untrained blocks without the stream. What becomes of the tokens?",
        (
            Choice("they drift apart"),
            Choice("they keep about half of what was their own"),
            Choice("they all become the same token", "An average of averages forgets the patches."),
            Choice("they become zero"),
        ),
        "c",
    ),
    "plain list": Question(
        "The four blocks lie in a plain list and are never trained. What does that cost?",
        (
            Choice("everything: 10 %, chance"),
            Choice("some points", "Random blocks still mix tokens, and everything else learns."),
            Choice("about half of the accuracy"),
            Choice("nothing that six seeds can show"),
        ),
        "b",
    ),
    "copies": Question(
        "Layers that start as copies: how similar are their weights after 300 steps?",
        (
            Choice("still exactly equal"),
            Choice("still more alike than not", "Weights move a short way from where they began."),
            Choice("strangers"),
        ),
        "b",
    ),
    "shared block": Question(
        "One block, used four times, with a quarter of the parameters. What does that cost here?",
        (
            Choice("a few points at most", "A quarter of the parameters is enough for most of it."),
            Choice("about 15 points"),
            Choice("half of the accuracy"),
            Choice("it cannot be trained"),
        ),
        "a",
    ),
    "norm taken out": Question(
        "The final norm is taken out of a trained model. What happens?",
        (
            Choice("nothing at all"),
            Choice("accuracy falls to chance"),
            Choice(
                "accuracy hardly changes, and the loss gets much worse", "Longer tokens make larger logits: too sure."
            ),
            Choice("accuracy falls by 20 points"),
        ),
        "c",
    ),
    "logit lens": Question(
        "Head and final norm read the class token after three of six blocks. How many garments are right?",
        (
            Choice("about 10 %: the head was trained for the end"),
            Choice("about 45 %: half of the way"),
            Choice("about 80 %", "The blocks write in one language."),
            Choice("as many as at the end"),
        ),
        "c",
    ),
    "best map": Question(
        "Which map lies most on the garment?",
        (
            Choice("the last layer's", "Roll-out mixes in what went along all other paths."),
            Choice("the roll-out"),
            Choice("the product without the identity"),
            Choice("none is above a map that is the same everywhere"),
        ),
        "a",
    ),
}

QUIZ = (
    Question(
        "Your encoder has 64 parameters where you expected 34,240. What is the likeliest cause?",
        (
            Choice("the blocks are shared", "Then a quarter would be there: one block of four."),
            Choice("the blocks are in a plain Python list", "Only the final norm is registered: 64 numbers."),
            Choice("the blocks are frozen", "A frozen parameter is still a parameter, and counts."),
        ),
        "b",
    ),
    Question(
        "What does `copy.deepcopy(layer)` do in a loop that builds `layer` anew in each turn?",
        (
            Choice("it makes the layers independent", "They are independent already, each built by its own call."),
            Choice(
                "it makes all layers start alike", "That happens when one block, built outside the loop, is copied."
            ),
            Choice("nothing useful", "It copies a block that is thrown away at once."),
        ),
        "c",
    ),
    Question(
        "Why can the head read the stream after three of six blocks?",
        (
            Choice("the last three blocks do nothing", "Accuracy still rises with each of them."),
            Choice(
                "blocks add to one stream, so early and late tokens speak one language",
                "Nothing is translated at the end.",
            ),
            Choice("the head was trained on all depths", "It was trained on the last one only."),
        ),
        "b",
    ),
    Question(
        "In the roll-out, why is the last layer's matrix on the left?",
        (
            Choice(
                "a row is a token that reads, and the last layer reads what the others wrote", "So it is applied last."
            ),
            Choice("the order does not matter", "Matrix products do not commute, and layers do not either."),
            Choice("the class token is on the left", "It is row 0 of every matrix, wherever that stands."),
        ),
        "a",
    ),
    Question(
        "From lesson 03: asking for attention weights takes the slow path. Why?",
        (
            Choice("the weights have to be copied to the CPU", "They stay where they are."),
            Choice("the fused kernel never makes the whole matrix", "So the softmax has to be written out to have it."),
            Choice("all heads have to be averaged", "Nothing is averaged; each head's matrix is returned."),
        ),
        "b",
        reaches_back="03",
    ),
)
