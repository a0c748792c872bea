"""The questions of lesson 04."""

from vit_course.exercises.engine.questions import Choice, Question

GUESSES = {
    "one token changed": Question(
        "One of 197 tokens is changed. How many outputs change in attention, and how many in the MLP?",
        (
            Choice("1 and 1"),
            Choice("197 and 197"),
            Choice("197 and 1", "Each token takes a little from all; the MLP never sees two tokens together."),
            Choice("1 and 197"),
        ),
        "c",
    ),
    "another activation": Question(
        "Of 2,500 predictions, how many change when ReLU replaces GELU in the trained model?",
        (
            Choice("none"),
            Choice("a few in a hundred", "The two curves agree where most of the large numbers are."),
            Choice("about half"),
            Choice("nearly all: it falls to chance"),
        ),
        "b",
    ),
    "length of the stream": Question(
        "In a fresh model of 12 blocks, how does the length of the stream grow with depth?",
        (
            Choice("it stays the same"),
            Choice("in proportion to the depth"),
            Choice("like the square root of the depth", "Unrelated directions add like the sides of a right angle."),
            Choice("it doubles with each block"),
        ),
        "c",
    ),
    "gradient and depth": Question(
        "In which models does the gradient of the last layer shrink to less than half, from 3 layers to 24?",
        (
            Choice("in all three"),
            Choice("pre-norm only", "The final norm divides by the spread of the stream, and that grows with depth."),
            Choice("post-norm only"),
            Choice("in both pre-norm models, with and without the final norm"),
        ),
        "b",
    ),
    "three places": Question(
        "At the largest of three learning rates, which of the three learns most in 100 steps?",
        (
            Choice("pre-norm", "In deeper models the place of the norm matters, and so does having one."),
            Choice("post-norm"),
            Choice("no norm at all"),
            Choice("no difference that three seeds can show"),
        ),
        "a",
    ),
    "silent block": Question(
        "A block whose writers are zero: what gets a gradient in the first step?",
        (
            Choice("nothing: it is stuck"),
            Choice("everything"),
            Choice("the two writers only", "One step later the rest follows."),
            Choice("everything but the two writers"),
        ),
        "c",
    ),
    "one block out": Question(
        "One of six blocks is taken out of the trained model. Which is missed most?",
        (
            Choice("the last: the head reads what it wrote"),
            Choice("one in the middle"),
            Choice("the first", "The others learned to read a stream in which it had written."),
            Choice("all alike: the model is ruined each time"),
        ),
        "c",
    ),
}

QUIZ = (
    Question(
        "What is normalised in a pre-norm block?",
        (
            Choice(
                "the stream, before each half",
                "Then the stream would be replaced. The next half would not see what was there before.",
            ),
            Choice(
                "a copy of the stream, which the branch reads",
                "So the stream itself passes unchanged, plus what is added.",
            ),
            Choice("what the branch wrote", "That is added as it is. LayerScale may shrink it."),
        ),
        "b",
    ),
    Question(
        "A colleague's block trains, but each token's output depends on that token alone. What is missing?",
        (
            Choice("the MLP", "The MLP is what works on each token alone."),
            Choice("the residual connection", "Without it tokens would still mix."),
            Choice("attention, or its sum into the stream", "It is the only part where tokens meet."),
        ),
        "c",
    ),
    Question(
        "Where are most of a block's parameters?",
        (
            Choice("in the MLP", "Two thirds: 8 D² of 12 D²."),
            Choice("in attention", "Four projections of D², against 8 D² in the MLP."),
            Choice("half and half", "It would be so if the MLP widened two times. It widens four times."),
        ),
        "a",
    ),
    Question(
        "The late blocks of a trained model can be left out one at a time. What makes that possible?",
        (
            Choice("late blocks have learned nothing", "Late blocks write much, too."),
            Choice("what the others wrote is still in the stream", "A chain without sums would be broken."),
            Choice("dropout prepared the model for it", "The classifier was trained without dropout."),
        ),
        "b",
    ),
    Question(
        "From lesson 02: post-norm blocks normalise the stream with LayerNorm. Over which numbers?",
        (
            Choice("all tokens of an image", "That would be GroupNorm with one group."),
            Choice("one hidden unit over the batch", "That is BatchNorm."),
            Choice("the hidden units of one token", "Wherever it stands, a LayerNorm shares nothing between tokens."),
        ),
        "c",
        reaches_back="02",
    ),
)
