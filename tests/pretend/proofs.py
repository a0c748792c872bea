"""Runs in a process of its own, on the pretended GPUs: ten classic mistakes of placement, and code that is right.

Prints what came of each as JSON: the error that was raised, or null.
"""

import json

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.checkpoint import checkpoint

device = torch.device("cuda")


def images_left_behind(model, images, labels):
    model(images.cpu())


def labels_left_behind(model, images, labels):
    F.cross_entropy(model(images), labels.cpu())


def model_left_behind(model, images, labels):
    nn.Linear(8, 3)(images)


def layer_made_in_forward(model, images, labels):
    nn.LayerNorm(8)(images)


def tensor_made_in_forward(model, images, labels):
    images + torch.zeros(images.shape)


def plain_tensor_as_parameter(model, images, labels):
    class Tokens(nn.Module):
        def __init__(self):
            super().__init__()
            self.token = torch.zeros(1, 8)

        def forward(self, x):
            return torch.cat([self.token, x])

    Tokens().to(device)(images)


def numpy_of_a_gpu_tensor(model, images, labels):
    np.asarray(model(images).detach())


def index_on_the_gpu(model, images, labels):
    torch.arange(3)[labels]


def sum_on_the_cpu(model, images, labels):
    total = torch.zeros(())
    total += F.cross_entropy(model(images), labels)


def generator_of_the_cpu(model, images, labels):
    torch.randn(3, device=device, generator=torch.Generator().manual_seed(0))


def another_gpu(model, images, labels):
    model(images.to("cuda:1"))


def weights_of_the_cpu(model, images, labels):
    model.weight.grad = torch.zeros(3, 8)


def a_gpu_that_is_not_there(model, images, labels):
    images.to("cuda:7")


MISTAKES = [value for value in list(globals().values()) if getattr(value, "__module__", "") == __name__]


def right_training(model, images, labels):
    mean = torch.tensor(0.5)  # a single number may stay on the CPU
    optimizer, losses = torch.optim.AdamW(model.parameters(), fused=False), []
    for _ in range(3):
        with torch.autocast("cuda", dtype=torch.bfloat16):
            loss = F.cross_entropy(checkpoint(model, images - mean, use_reentrant=False), labels)
        optimizer.zero_grad()
        loss.backward()
        assert model.weight.grad.device == images.device == torch.device("cuda", 0)
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0]


def right_elsewhere(model, images, labels):
    assert model(images).argmax(dim=1).cpu().numpy().shape == labels.shape and images[[0, 1]].is_cuda
    assert images[torch.tensor([0])].device == images.device  # indices may be on the CPU
    images[0] = torch.ones(8)  # and what is put in is copied
    like = torch.zeros_like(images)
    assert like.device == images.device and "device='cuda:0'" in repr(like) and like.new_ones(2).is_cuda
    generator = torch.Generator(device).manual_seed(0)
    assert torch.randn(2, device=device, generator=generator).is_cuda and not images.cpu().is_cuda
    state = {name: tensor.cpu() for name, tensor in model.state_dict().items()}
    other = nn.Linear(8, 3, device=device)
    other.load_state_dict(state)
    other = nn.Linear(8, 3).to(other.weight)
    assert other.weight.is_cuda and torch.cuda.max_memory_allocated(device) > 0
    with torch.device("cuda"):
        assert torch.ones(2).is_cuda
    assert other.to("cpu").weight.device == torch.device("cpu") and torch.as_tensor([1.0], device=device).is_cuda
    with torch.random.fork_rng([device]):
        torch.rand(2, device=device)
    event, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
    event.record(), end.record(), torch.cuda.synchronize()
    assert event.elapsed_time(end) >= 0


RIGHT = [right_training, right_elsewhere]


def outcome(function):
    torch.manual_seed(0)
    model = nn.Linear(8, 3).to(device)
    images, labels = torch.randn(4, 8, device=device), torch.tensor([0, 1, 2, 0], device=device)
    try:
        function(model, images, labels)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


if __name__ == "__main__":
    print(json.dumps({function.__name__: outcome(function) for function in [*MISTAKES, *RIGHT]}))
