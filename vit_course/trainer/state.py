"""All that changes while a model is trained, as tensors and numbers that a checkpoint can hold."""

import copy
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.distributed.checkpoint import state_dict as distributed
from torch.distributed.fsdp import FSDPModule
from torch.nn.parallel import DistributedDataParallel
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from vit_course.lora import LoRA, merge_lora
from vit_course.trainer.checkpoints import Checkpoint
from vit_course.trainer.optimizers import make_optimizers
from vit_course.trainer.processes import Processes
from vit_course.trainer.recipe import Recipe
from vit_course.vision_transformer import VisionTransformer

# Whole, under the names that the parameters have in the bare model: in the first process, and in all of them.
ONCE = distributed.StateDictOptions(full_state_dict=True, cpu_offload=True)
EVERYWHERE = distributed.StateDictOptions(full_state_dict=True)


class State:
    """Model, optimisers, average of the weights, scaler of float16, and how far the training is."""

    def __init__(self, model: VisionTransformer, recipe: Recipe, those: Processes) -> None:
        self.model = model
        self.shared = those.shared(model, recipe.shard)  # what is called in training
        self.optimizers = make_optimizers(model, recipe)
        self.parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
        self.average = (
            AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(recipe.ema), use_buffers=True)
            if recipe.ema
            else None
        )
        device = next(model.parameters()).device
        self.scaler = torch.amp.GradScaler(device.type, enabled=recipe.precision == "float16")
        self.step = 0  # steps done
        self.seconds = 0.0  # spent on them
        self.best_step = 0  # after which the validation accuracy was highest; 0: not yet looked
        self.best_accuracy = 0.0

    @property
    def evaluated(self) -> VisionTransformer:
        """The model whose accuracy counts: the average where there is one."""
        return self.average.module if self.average is not None else self.model  # type: ignore[return-value]

    def exchange_gradients(self, wanted: bool) -> None:
        """Whether the processes put their gradients together in the next backward pass."""
        if isinstance(self.shared, DistributedDataParallel):
            self.shared.require_backward_grad_sync = wanted
        elif isinstance(self.shared, FSDPModule):
            self.shared.set_requires_gradient_sync(wanted)

    def average_weights(self) -> None:
        if self.average is not None:
            self.average.update_parameters(self.model)

    def weights(self) -> dict[str, Tensor]:
        """The weights that count, as a plain model has them: what LoRA learned is merged."""
        model = self.evaluated
        if any(isinstance(module, LoRA) for module in model.modules()):
            model = copy.deepcopy(model)
            merge_lora(model)
        return _tensors("", distributed.get_model_state_dict(model, options=ONCE))

    def checkpoint(self) -> Checkpoint:
        weights, optimizer = distributed.get_state_dict(self.model, self.optimizers, options=ONCE)
        tensors = _tensors("model.", weights)
        for name, values in optimizer.get("state", {}).items():  # type: ignore[union-attr]
            tensors |= _tensors(f"optimizer.{name}.", values)  # type: ignore[arg-type]
        if self.average is not None:
            tensors |= _tensors("average.", self.average.state_dict())
        facts = {name: getattr(self, name) for name in ("step", "seconds", "best_step", "best_accuracy")}
        return Checkpoint(tensors, facts | {"scaler": self.scaler.state_dict()})

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go on from where `checkpoint` was made, with the same recipe."""
        tensors: dict[str, dict[str, Tensor]] = {"model": {}, "optimizer": {}, "average": {}}
        for name, value in checkpoint.tensors.items():
            kind, _, rest = name.partition(".")
            tensors[kind][rest] = value
        # What is no tensor, as a rate of decay, is the recipe's, which is the same.
        _, optimizer = distributed.get_state_dict(self.model, self.optimizers, options=EVERYWHERE)
        for name, value in tensors["optimizer"].items():
            parameter, _, kind = name.rpartition(".")
            optimizer["state"][parameter][kind] = value  # type: ignore[call-overload, index]
        distributed.set_state_dict(
            self.model,
            self.optimizers,
            model_state_dict=tensors["model"],  # type: ignore[arg-type]
            optim_state_dict=optimizer,
            options=EVERYWHERE,
        )
        if self.average is not None:
            self.average.load_state_dict(tensors["average"])
        for name in ("step", "seconds", "best_step", "best_accuracy"):
            setattr(self, name, checkpoint.facts[name])
        self.scaler.load_state_dict(checkpoint.facts["scaler"])


def _tensors(prefix: str, values: Mapping[str, Any]) -> dict[str, Tensor]:
    return {prefix + name: value for name, value in values.items() if isinstance(value, Tensor)}
