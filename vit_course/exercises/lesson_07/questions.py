"""The questions of lesson 07."""

from vit_course.exercises.engine.questions import Choice, Question

GUESSES = {
    "zero head": Question(
        "A head of zeros. Which parameters get a gradient in the first step of training?",
        (
            Choice("all"),
            Choice("all but the head"),
            Choice("only the head", "Everything below is multiplied by the head's weight, which is zero."),
            Choice("none: it is stuck"),
        ),
        "c",
    ),
    "new head": Question(
        "Fine-tuning with a new head, 20 steps. Which start of the head keeps most garments right?",
        (
            Choice("zero", "It sends no gradients into the features before it knows something."),
            Choice("PyTorch's own small random numbers"),
            Choice("N(0, 1)"),
            Choice("no difference"),
        ),
        "a",
    ),
    "another GELU": Question(
        "The tanh GELU in place of the exact one: how large is the relative error of the logits?",
        (
            Choice("about 1e-6, like rounding"),
            Choice("about 1e-4", "Too small for most classes to change, and far above rounding."),
            Choice("about 1e-2"),
            Choice("about 1"),
        ),
        "b",
    ),
    "five conversions": Question(
        "One kind of tensor is wrong. How many garments will the five wrong models get right?",
        (
            Choice("about 10 %, chance, in all five"),
            Choice("nearly as many as the right one, in all five"),
            Choice("anything from near chance to above 80 %", "So accuracy is a poor detector."),
        ),
        "c",
    ),
    "forgotten biases": Question(
        "The biases of the keys are lost. What happens to the logits?",
        (
            Choice("they change a little"),
            Choice("they change completely"),
            Choice("nothing", "What is added to all scores of a query, the softmax does not see."),
        ),
        "c",
    ),
}

QUIZ = (
    Question(
        "Same weights, same image, same logits to 1e-6, with random weights. What has been shown?",
        (
            Choice("the two programs compute the same function", "Random weights let no part hide."),
            Choice("both train equally well", "Dropout, starting values and the optimiser play no part in it."),
            Choice("every number in the file was read", "The biases of the keys could be anything."),
        ),
        "a",
    ),
    Question(
        "All names and shapes fit, and the model classifies at 84 %. Published: 91 %. What do you do?",
        (
            Choice("train it a little more", "It may hide a wrong conversion for good."),
            Choice(
                "compare with the original from the front, stage by stage",
                "The first stage that departs names the tensor.",
            ),
            Choice("accept it: data sets differ", "Perhaps they do. A comparison of logits decides it in a minute."),
        ),
        "b",
    ),
    Question(
        "What does a head of zeros protect in fine-tuning?",
        (
            Choice("the head, from too large gradients", "The head gets its gradient from the first step on."),
            Choice(
                "the features, from random gradients", "Nothing flows below the head until it has learned something."
            ),
            Choice("the class token, from being forgotten", "It is a parameter like others, and moves with them."),
        ),
        "b",
    ),
    Question(
        "Logits differ by 1e-4 from another library's, with the same weights. What is the likeliest cause?",
        (
            Choice("rounding of float32", "That is around 1e-6."),
            Choice("the order of the heads is wrong", "That would be off by far more."),
            Choice("a GELU or an eps of another kind", "Small formulas show at this size."),
        ),
        "c",
    ),
    Question(
        "From lesson 05: the encoder's blocks are kept in a plain list. What happens when you load a weights file?",
        (
            Choice("all of the blocks' names are surplus", "The state dict knows nothing of them."),
            Choice("nothing unusual", "Only what is registered can be loaded."),
            Choice("the blocks are loaded twice", "They are not even loaded once."),
        ),
        "a",
        reaches_back="05",
    ),
)
