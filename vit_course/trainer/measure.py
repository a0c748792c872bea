"""How good a model is on images that it doesn't learn from."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vit_course.datasets import LabelledImages
from vit_course.trainer.processes import Processes


@torch.no_grad()
def measure(
    model: nn.Module,
    data: LabelledImages,
    normalise: Callable[[Tensor], Tensor],
    those: Processes | None = None,
    batch_size: int = 500,
) -> tuple[float, float]:
    """Mean loss and accuracy, from 0 to 1, in eval mode; several processes share the images out among them."""
    model.eval()
    device = next(model.parameters()).device
    those = those or Processes(0, 1, device)
    # Each calls the model equally often, with weights in parts it must: who has one image less takes the first again.
    index = torch.arange(those.rank, len(data.labels), those.count)
    shares = torch.ones(len(index))
    if len(index) * those.count < len(data.labels):
        index, shares = torch.cat([index, index.new_zeros(1)]), torch.cat([shares, shares.new_zeros(1)])
    sums = torch.zeros(2, device=device)
    for part, share in zip(index.split(batch_size), shares.split(batch_size), strict=True):
        images, labels = (whole[part.to(whole.device)].to(device) for whole in data)
        logits = model(normalise(images))
        losses = F.cross_entropy(logits, labels, reduction="none")
        sums += torch.stack([losses, (logits.argmax(dim=1) == labels).float()]) @ share.to(device)
    loss, accuracy = (those.total(sums) / len(data.labels)).tolist()
    return loss, accuracy
