"""How fast is this machine at what the lessons do? A few training steps of a small Transformer, timed."""

import time

# Seconds of one step on the machine on which the lessons' own seconds were measured: one core of a server CPU (an AMD
# EPYC), PyTorch 2.15.
REFERENCE_STEP = 0.051


def seconds_per_step(duration: float = 2.0) -> float:
    """The time of a training step, the shortest within `duration` seconds, on the session's device.

    The shortest, because other programs only ever lengthen it.
    The random numbers of the session stay as they were: a notebook prints the same whether or not it was asked.
    """
    import torch

    from vit_course.device import device, random_numbers_kept

    where = device()
    times: list[float] = []
    with random_numbers_kept():
        layer = torch.nn.TransformerEncoderLayer(64, 4, 128, batch_first=True)
        model = torch.nn.TransformerEncoder(layer, 4, enable_nested_tensor=False).to(where)
        optimiser = torch.optim.AdamW(model.parameters())
        tokens = torch.randn(128, 17, 64, device=where)  # a batch of Fashion-MNIST in patches of 7 pixels
        start = time.perf_counter()
        while len(times) < 5 or time.perf_counter() - start < duration:
            began = time.perf_counter()
            loss = model(tokens).square().mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            loss.item()  # waits for the device
            times.append(time.perf_counter() - began)
    return min(times)
