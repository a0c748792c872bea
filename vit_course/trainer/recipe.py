"""All that decides how a model is trained, apart from the model and the data."""

import math
from dataclasses import dataclass

from vit_course.app.suggest import unknown
from vit_course.trainer.errors import TrainingError

CHOICES = {
    "optimizer": ("adamw", "sgd", "muon"),  # muon: for the encoder's matrices, AdamW for the rest
    "decay": ("cosine", "linear", "none"),
    "precision": ("float32", "bfloat16", "float16"),
}


@dataclass(frozen=True)
class Recipe:
    """How a training goes. `dataclasses.replace(RECIPES["minute-plain"], ...)` varies one.

    It ends after `max_steps`, `max_epochs` or `max_seconds`, whichever is given. Seconds count training alone, without
    validation and saving; the learning rate then follows the clock, so that it reaches its end in time.

    Raises TrainingError for values that make no sense.
    """

    optimizer: str = "adamw"
    learning_rate: float = 3e-3
    warmup_steps: int = 100
    decay: str = "cosine"
    weight_decay: float = 0.05  # of matrices alone: not of biases, norms, class token and positions
    batch_size: int = 128  # images in one step of the optimiser, over all processes
    accumulate: int = 1  # pieces in which that batch goes through the model, where it doesn't fit at once
    clip: float = 1.0  # largest length of the gradient; 0: not clipped
    label_smoothing: float = 0.0
    flip: bool = True  # half of the images are mirrored
    shift: int = 1  # and each is moved by up to so many pixels
    randaugment: int = 0  # so many random changes of colour or shape an image (arXiv 1909.13719)
    mixup: float = 0.0  # both: parameter of the Beta distribution; where both are set, a coin chooses for each batch
    cutmix: float = 0.0
    ema: float = 0.0  # decay of the average of weights that is evaluated in place of the last ones; 0: none
    precision: str = "float32"
    compile: bool = False
    shard: bool = False  # in several processes: the weights in parts, one in each (FSDP)
    seed: int = 0
    max_steps: int | None = None
    max_epochs: int | float | None = None
    max_seconds: int | float | None = None
    validate_every: int = 500  # steps
    save_every: int = 500  # steps

    def __post_init__(self) -> None:
        for name, choices in CHOICES.items():
            if (value := getattr(self, name)) not in choices:
                raise TrainingError(unknown(name, value, choices))
        for name in ("learning_rate", "batch_size", "accumulate", "validate_every", "save_every"):
            _at_least(self, name, 1 if isinstance(getattr(self, name), int) else None)
        for name in ("warmup_steps", "weight_decay", "clip", "shift", "randaugment", "mixup", "cutmix"):
            _at_least(self, name, 0)
        for name in ("label_smoothing", "ema"):
            if not 0 <= getattr(self, name) < 1:
                raise TrainingError(f"{name}={getattr(self, name)} must be from 0 to below 1")
        if self.shard and self.ema:
            raise TrainingError("ema with shard: an average of weights that lie in parts is not kept; leave out one")
        if self.accumulate > self.batch_size:
            raise TrainingError(f"accumulate={self.accumulate} makes more pieces than batch_size={self.batch_size} has")
        ends = [name for name in ("max_steps", "max_epochs", "max_seconds") if getattr(self, name) is not None]
        if len(ends) != 1:
            said = " and ".join(ends) + " are given" if ends else "nothing is given"
            raise TrainingError(f"when does it end? {said}: give one of max_steps, max_epochs, max_seconds")
        _at_least(self, ends[0], None)

    def steps(self, images: int) -> float:
        """After how many steps a training with so many images ends; infinity where the clock ends it.

        Raises TrainingError where a batch is more than the images, or the warm-up leaves no step for the rest.
        """
        if images < self.batch_size:
            raise TrainingError(f"batch_size={self.batch_size} is more than the {images} training images: take fewer")
        if self.max_seconds:
            return math.inf
        steps = self.max_steps or max(round((self.max_epochs or 0) * (images // self.batch_size)), 1)
        if steps <= self.warmup_steps:
            raise TrainingError(f"warmup_steps={self.warmup_steps} must be less than the {steps} steps in all")
        return float(steps)


def _at_least(recipe: Recipe, name: str, least: int | None) -> None:
    value = getattr(recipe, name)
    if not (value > 0 if least is None else value >= least):  # not "<": NaN is neither
        raise TrainingError(f"{name}={value} must be {'above 0' if least is None else f'at least {least}'}")


# The model that a recipe is made for, unless another is asked for; "tiny" where none is named.
CONFIG_FOR = {"minute": "tiny-stem"}
RECIPES = {
    # A minute on two CPU cores is three or four epochs of Fashion-MNIST: too few for changed images to be of use.
    "minute": Recipe(max_seconds=60, flip=False, shift=0),
    "minute-plain": Recipe(max_seconds=60, flip=False, shift=0),
    # The paper's fine-tuning (section 4.1 and table 4): SGD, no weight decay, 500 steps of warm-up, cosine.
    "paper": Recipe(
        optimizer="sgd",
        learning_rate=0.03,
        warmup_steps=500,
        weight_decay=0.0,
        batch_size=512,
        shift=0,
        max_steps=10_000,
    ),
}
