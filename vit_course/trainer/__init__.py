"""Training as a command: data, recipe, a loop that can be stopped and resumed, checkpoints that survive.

`vit_course.training` is the same on two pages, for notebooks; this is what a training of hours needs beyond.
"""

from vit_course.trainer.errors import TrainingError
from vit_course.trainer.loop import train
from vit_course.trainer.recipe import RECIPES, Recipe
from vit_course.trainer.run import Run, load_model

__all__ = ["RECIPES", "Recipe", "Run", "TrainingError", "load_model", "train"]
