"""Our model's speed and memory beside timm's, torchvision's, transformers' and vit-pytorch's.

    python benchmarks/throughput.py [--device cuda] [--rounds 7] [--batch 8] [--only ViT-B_16 ...] [--eager]

The models of one row are timed in turn, round after round, so that a machine that slows down slows all of them; the
figure is each model's median, the ratio is our time to that of the fastest of the others, taken round by round (median;
below 1 we are faster). Peak memory, ours and the fastest's, is that of a process of its own which takes two such steps
(CPU: resident set, on Linux; CUDA: allocated). The ceiling is what this machine reaches in the same run in a large
matrix product of the same number type.
Needs `pip install -e ".[test,bench]"`. Nothing is downloaded: all weights are random.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

import vit_course
from vit_course import CONFIGS, VisionTransformer

TIMM = {
    "ViT-B_16": "vit_base_patch16_224",
    "ViT-S_16": "vit_small_patch16_224",
    "R50-ViT-B_16": "vit_base_r50_s16_224",
}
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


def ours(name: str) -> nn.Module:
    # The exact GELU, as the others compute it, and no dropout.
    return VisionTransformer(replace(CONFIGS[name], gelu="exact", dropout=0.0))


def timm(name: str) -> nn.Module:
    import timm

    return timm.create_model(TIMM[name])


def torchvision(name: str) -> nn.Module:
    from torchvision.models import VisionTransformer as Model

    config = CONFIGS[name]
    return Model(224, 16, config.num_layers, config.num_heads, config.hidden_size, config.mlp_dim)


def transformers(name: str) -> nn.Module:
    from transformers import ViTConfig, ViTForImageClassification

    config = CONFIGS[name]
    numbers = {"hidden_size": config.hidden_size, "num_attention_heads": config.num_heads}
    model = ViTForImageClassification(ViTConfig(intermediate_size=config.mlp_dim, num_labels=1000, **numbers))

    class Logits(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            return self.model(images).logits

    return Logits()


def vit_pytorch(name: str) -> nn.Module:
    from vit_pytorch import ViT

    c = CONFIGS[name]
    return ViT(
        image_size=224,
        patch_size=16,
        num_classes=1000,
        dim=c.hidden_size,
        depth=c.num_layers,
        heads=c.num_heads,
        mlp_dim=c.mlp_dim,
        dim_head=c.hidden_size // c.num_heads,
    )


MODELS: dict[str, Callable[[str], nn.Module]] = {
    "ours": ours,
    "timm": timm,
    "torchvision": torchvision,
    "transformers": transformers,
    "vit-pytorch": vit_pytorch,
}


def libraries(name: str) -> list[str]:
    """torchvision, transformers and vit-pytorch have no hybrid."""
    return ["ours", "timm"] if name.startswith("R") else list(MODELS)


def step_of(
    library: str, name: str, kind: str, dtype: str, compiled: bool, device: str, batch: int
) -> Callable[[], None]:
    """One forward pass in evaluation mode, or one training step with plain SGD, on random images."""
    torch.manual_seed(0)
    model = MODELS[library](name).to(device).train(kind == "training step")
    run = torch.compile(model) if compiled else model
    images = torch.randn(batch, 3, 224, 224, device=device)
    labels = torch.arange(batch, device=device)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    cast = torch.autocast(device, DTYPES[dtype], enabled=dtype != "float32")

    def forward() -> None:
        with torch.inference_mode(), cast:
            run(images)

    def training_step() -> None:
        with cast:
            loss = nn.functional.cross_entropy(run(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return forward if kind == "forward" else training_step


def seconds(step: Callable[[], None], device: str) -> float:
    start = time.perf_counter()
    step()
    if device == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - start


def peak_memory(device: str, *what: str) -> float:
    """MiB at the peak of a process that builds one model and takes two steps."""
    output = subprocess.check_output([sys.executable, __file__, "--device", device, "--peak", *what], text=True)
    return float(output.strip().splitlines()[-1])


def print_peak(device: str, library: str, name: str, kind: str, dtype: str, compiled: str, batch: str) -> None:
    step = step_of(library, name, kind, dtype, compiled == "True", device, int(batch))
    step(), step()
    if device == "cuda":
        print(torch.cuda.max_memory_allocated() / 2**20)
    else:
        # Not getrusage: its maximum is inherited from the process that started this one.
        status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        print(int(status["VmHWM"].split()[0]) / 2**10)


def flops(name: str, kind: str, batch: int) -> int:
    """Floating-point operations of one of our steps in matrix products and convolutions, as PyTorch counts them."""
    step = step_of("ours", name, kind, "float32", False, "cpu", 1)
    with FlopCounterMode(display=False) as counter, sdpa_kernel(SDPBackend.MATH):  # it cannot look into fused attention
        step()
    return batch * counter.get_total_flops()


def ceiling(device: str, dtype: str) -> float:
    """TFLOP/s of a large matrix product: the best of several."""
    side = 8192 if device == "cuda" else 2048
    a = torch.randn(side, side, device=device, dtype=DTYPES[dtype])
    best = min(seconds(lambda: a @ a, device) for _ in range(8))
    return 2 * side**3 / best / 1e12


def table_row(name: str, kind: str, dtype: str, compiled: bool, options: argparse.Namespace) -> dict[str, str]:
    names = libraries(name)
    steps = {n: step_of(n, name, kind, dtype, compiled, options.device, options.batch) for n in names}
    for step in steps.values():
        for _ in range(2):
            step()
    rounds = []
    for i in range(options.rounds):  # each round begins with another model
        turn = names[i % len(names) :] + names[: i % len(names)]
        rounds.append({n: seconds(steps[n], options.device) for n in turn})
    medians = {n: statistics.median(r[n] for r in rounds) for n in names}
    fastest = min(names[1:], key=medians.__getitem__)
    ratio = statistics.median(r["ours"] / r[fastest] for r in rounds)
    share = flops(name, kind, options.batch) / medians["ours"] / 1e12 / options.ceilings[dtype]
    arguments = (name, kind, dtype, str(compiled), str(options.batch))
    peaks = {n: peak_memory(options.device, n, *arguments) for n in ("ours", fastest)}
    return {
        "model": name,
        "step": f"{kind}, {dtype}, {'compiled' if compiled else 'eager'}",
        **{n: f"{options.batch / medians[n]:.2f}" if n in names else "" for n in MODELS},
        "ours / fastest": f"{ratio:.3f} ({fastest})",
        "of the ceiling": f"{100 * share:.0f} %",
        "peak MiB, ours": f"{peaks['ours']:.0f}",
        "peak MiB, fastest": f"{peaks[fastest]:.0f}",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--only", nargs="+", default=list(TIMM), choices=list(TIMM))
    parser.add_argument("--eager", action="store_true", help="leave out the compiled rows")
    parser.add_argument("--peak", nargs=6, help=argparse.SUPPRESS)
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    os.environ["VIT_COURSE_DEVICE"] = options.device
    vit_course.device()  # true float32 on a GPU, in convolutions and products: what the ceiling is measured in
    if options.peak:
        return print_peak(options.device, *options.peak)
    options.ceilings = {dtype: ceiling(options.device, dtype) for dtype in DTYPES}
    packages = ("torch", "timm", "torchvision", "transformers", "vit-pytorch")
    versions = ", ".join(f"{p} {importlib.metadata.version(p)}" for p in packages)
    place = torch.cuda.get_device_name() if options.device == "cuda" else f"{torch.get_num_threads()} CPU threads"
    print(f"{place}, Python {platform.python_version()}, {versions}; batch {options.batch}, {options.rounds} rounds")
    print("ceilings:", json.dumps({d: f"{c:.2f} TFLOP/s" for d, c in options.ceilings.items()}))
    print("images per second:\n", flush=True)
    head = None
    for name in options.only:
        for compiled in (False,) if options.eager else (False, True):
            for dtype in DTYPES:
                for kind in ("forward", "training step"):
                    row = table_row(name, kind, dtype, compiled, options)
                    if head is None:
                        head = list(row)
                        print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
                    print("| " + " | ".join(row.values()) + " |", flush=True)


if __name__ == "__main__":
    main()
