"""Exercise 7.3: name_the_bug."""

from vit_course.exercises.engine.exercise import Case, Exercise
from vit_course.exercises.lesson_07 import five_bugs

exercise = Exercise(
    "7.3",
    five_bugs.name_the_bug,
    cases=lambda: [Case((conversion,)) for conversion in "ABCDE"],
    hints=(
        "Read each column of the table from the top: the first wrong number tells where, and what is above it is "
        "right. Which tensors lie between the two stations?",
        "Token 0 holds the class token and its position, the others a patch and its position. Attention weights are "
        "made from the norm, queries and keys; the attention's output needs the values and the out kernel as well.",
        "Where two tensors could do it, mend one in a copy of the state dict, and look at the logits: a transposed "
        "weight, say, comes right with .T.",
    ),
    quiz=True,
)


def _answers(**wrong):
    return lambda conversion: wrong.get(conversion) or five_bugs.name_the_bug(conversion)


_SEEN = {
    ("A", "norms"): "A: what comes out of the first norm is right to the last digit. Something after it is wrong.",
    ("A", "value kernel"): "A: the attention weights are wrong already, and no value has a part in those.",
    ("A", "out kernel"): "A: the attention weights are wrong already; the out kernel comes after them.",
    ("B", "class token"): "B: the patches' tokens are wrong as well, and there is no class token in those.",
    ("B", "patch kernel"): "B: token 0 is wrong as well, and no patch has gone into it.",
    ("C", "query kernel"): "C: the attention weights are wrong, but look above them: the first norm is wrong already.",
    ("C", "mlp kernel"): "C: look at the first wrong station, not at the largest number: it lies before the MLP.",
    ("D", "positions"): "D: token 0 has a position, too, and is right. Could the others' positions still be wrong? "
    "Send in images of zeros: the patch kernel then has nothing to do, and all tokens are right.",
    ("D", "class token"): "D: token 0 is right, and that is where the class token is.",
    ("E", "value kernel"): "E: the station fits, the tensor does not: mend the value kernel in a copy, in any way that "
    "you can think of, and the logits stay wrong. Which other tensor lies between weights and output?",
    ("E", "query kernel"): "E: the attention weights are right, so queries and keys are.",
    ("E", "mlp kernel"): "E: the attention's output is wrong, and that comes before the MLP.",
}
for (letter, answer), diagnosis in _SEEN.items():
    exercise.mistake(diagnosis)(_answers(**{letter: answer}))
