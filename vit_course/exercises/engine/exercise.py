"""How an exercise is declared: a reference, cases, hints, known mistakes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any


@dataclass(frozen=True)
class Case:
    """One set of inputs: `args` for the function or the module's forward, `init` for the module's constructor.

    A module runs in evaluation mode, or with `train=True` in training mode: its dropout then follows a fixed pattern,
    so that dropout in the right place gives exactly the reference's output.

    Where the result is random, and right in many ways, `summary` says in words what several calls did to the arguments:
    called as summary(results, *args) with a list of tensors, it is compared in place of values and gradients.

    `fixed` names arguments that no gradient is asked of, as running statistics, which are a record and not learned.
    `gradients=False` compares none: for numbers so large that two right formulas differ in theirs.
    `others=False` asks for no result of other tensors: where such, turned round, would be no question at all.
    `modules=True` treats a function's modules as the module of a class: gradients of their parameters are compared, and
    their dropout follows the fixed pattern.
    """

    args: tuple[Any, ...]
    init: tuple[Any, ...] = ()
    train: bool = False
    summary: Callable[..., str] | None = None
    fixed: tuple[str, ...] = ()
    gradients: bool = True
    others: bool = True
    modules: bool = False


@dataclass(frozen=True)
class Mistake:
    """A small wrong implementation, and what to tell the person who wrote one like it."""

    implementation: Callable[..., Any]
    diagnosis: str


@dataclass(frozen=True)
class Exercise:
    """What `check`, `hint` and `solution` know of one exercise. Its name is the reference's.

    `cases` is called at each check, and draws its tensors afresh: on several shapes, non-square and batch 1 among them.
    Where the right answer is a single word, `quiz=True` makes each case a question of its own: a check shows no right
    answer, and judges the first wrong case by itself.

    `start` looks at a module as its constructor left it, before the check gives it numbers: called with the module and
    what it was built from, it says what is wrong, or "".

    `forbidden` names functions of PyTorch, as "torch.layer_norm", that the card asks to be written out: a call fails.

    `too_large` tells from a case's arguments how many numbers no tensor may have that is made on the way, and what such
    a tensor would be; None where nothing can be told.

    `read` takes apart what comes back where it is a module: read(result, *args) gives the tensors to compare, and a
    NamedTuple names them in a message. It raises Unusable for a result of another kind.

    `stage` is for a function that changes what it gets, or a class of which more than its forward counts: called as
    stage(implementation, *args), it makes what is needed, calls the learner's code as often as need be, and returns
    what is to be compared, best as a NamedTuple. It changes no argument itself.

    An `optional` exercise is for those to whom the others were easy.
    """

    number: str  # of the card in the notebook, as "1.2"
    reference: Callable[..., Any]
    cases: Callable[[], Iterable[Case]]
    hints: tuple[str, str, str]
    mistakes: list[Mistake] = field(default_factory=list)
    quiz: bool = False
    start: Callable[..., str] | None = None
    forbidden: tuple[str, ...] = ()
    too_large: Callable[..., tuple[int, str] | None] | None = None
    optional: bool = False
    read: Callable[..., Any] | None = None
    stage: Callable[..., Any] | None = None

    @property
    def name(self) -> str:
        return self.reference.__name__

    @property
    def is_class(self) -> bool:
        return isinstance(self.reference, type)

    @property
    def asked(self) -> Callable[..., Any]:
        """What a case's arguments go to: the reference or, where there is one, the stage."""
        return self.reference if self.stage is None else partial(self.stage, None)

    @property
    def is_module(self) -> bool:
        """Whether the check builds a module from the class, and looks at what its forward gives."""
        return self.is_class and self.stage is None

    def mistake(self, diagnosis: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Decorator: adds a known mistake with its one-line diagnosis."""

        def add(implementation: Callable[..., Any]) -> Callable[..., Any]:
            self.mistakes.append(Mistake(implementation, diagnosis))
            return implementation

        return add
