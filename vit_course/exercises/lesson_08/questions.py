"""The questions of lesson 08."""

from vit_course.exercises.engine.questions import Choice, Question

GUESSES = {
    "forgotten zero_grad": Question(
        "zero_grad is forgotten in a training of 120 steps with AdamW. What happens?",
        (
            Choice("the loss is NaN after a few steps"),
            Choice("it stays at 2.30: nothing is learned"),
            Choice("it learns, and ends worse", "Each step follows the sum of all gradients so far."),
            Choice("nothing: AdamW does not mind"),
        ),
        "c",
    ),
    "ingredients": Question(
        "Which change costs most points, after 400 steps?",
        (
            Choice("no warm-up"),
            Choice("a constant learning rate in place of the cosine"),
            Choice("SGD in place of AdamW", "Each parameter has steps of its own length with AdamW."),
            Choice("no weight decay"),
        ),
        "c",
    ),
    "one minute": Question(
        "The same minute for both. Which model is better on new images?",
        (
            Choice("the ViT on patches: its steps are faster, so it sees more images"),
            Choice("the ViT behind a stem", "Fewer images, but more learned from each."),
            Choice("no difference that three seeds can show"),
        ),
        "b",
    ),
    "data hunger": Question(
        "With 550 images in place of 55,000, which of the three loses most points?",
        (
            Choice("the ViT on patches", "It is the lowest with 550 images, and gains most from more."),
            Choice("the ViT behind a stem"),
            Choice("the stem alone"),
            Choice("all lose about as much"),
        ),
        "a",
    ),
    "chosen on test": Question(
        "The best of ten models, chosen on 5,000 test images. By how much does it look too good, on average?",
        (
            Choice("not at all: 5,000 images are many"),
            Choice("by some tenths of a point", "Luck on one half of the images is no luck on the other."),
            Choice("by about three points"),
            Choice("by about ten points"),
        ),
        "b",
    ),
    "fine-tuning": Question(
        "1,000 images, 100 steps. Which way is worst?",
        (
            Choice("from scratch"),
            Choice("the head alone learns", "It can only read features that were made for another task."),
            Choice("LoRA"),
            Choice("everything learns"),
        ),
        "b",
    ),
    "pulled plug": Question(
        "The plug is pulled in step 25, after a checkpoint at step 20. What do the weights look like in the end?",
        (
            Choice("nearly as good, but other numbers"),
            Choice("the same numbers, to the last bit", "Nothing that a step depends on is lost."),
            Choice("five steps behind"),
            Choice("it has to start again from step 0"),
        ),
        "b",
    ),
}

QUIZ = (
    Question(
        "Your first step has learning rate 0. What is likely?",
        (
            Choice("the cosine is upside down", "Then the first rate would be 0, but the last one 1: look at both."),
            Choice("the warm-up computes step / warmup_steps", "Counted from 0, it must be step + 1."),
            Choice("the schedule steps before the optimiser", "That skips the first rate; it doesn't make it 0."),
        ),
        "b",
    ),
    Question(
        "A batch of 100 goes through in pieces of 48. What must the loss of each piece be divided by?",
        (
            Choice("by 3, each piece's mean", "The last piece has 4 images, and would count as much as 48."),
            Choice("by 48, each piece's sum", "Then the batch is worth 100 / 48 times its mean."),
            Choice("by 100, each piece's sum", "So each image counts once, whichever piece it is in."),
        ),
        "c",
    ),
    Question(
        "Of 30 recipes you report the one that is best on the test images, with that accuracy. What is wrong?",
        (
            Choice("nothing, if the test set is large", "A large one makes the error smaller, not zero."),
            Choice("the number is too good: luck was chosen as well", "Choose on validation images instead."),
            Choice("the recipe is not the best one", "It may be; its number is still too good."),
        ),
        "b",
    ),
    Question(
        "Why does LoRA's B start at zero?",
        (
            Choice("so that at first the model says what it said", "And A is random, so that B gets a gradient."),
            Choice("so that fewer parameters learn", "Zeros learn as others do: lesson 01."),
            Choice("to regularise it", "It is only the start."),
        ),
        "a",
    ),
    Question(
        "From lesson 06: a stem in place of patches. What does it know before it has learned anything?",
        (
            Choice(
                "which pixels are neighbours",
                "That is its inductive bias. Whether it is why it leads is another question.",
            ),
            Choice("what edges look like", "Its filters start at random numbers."),
            Choice("where the garment is", "It looks everywhere in the same way."),
        ),
        "a",
        reaches_back="06",
    ),
)
