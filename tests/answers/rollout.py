# %% right: another way (by_halves)
import functools


def rollout(attention):
    """Half and half, in place of adding and dividing; multiplied by reduce, last layer first."""
    eye = torch.eye(attention[0].size(-1), device=attention[0].device)
    steps = [0.5 * torch.einsum("bhij->bij", a) / a.size(1) + 0.5 * eye for a in attention]
    return functools.reduce(torch.bmm, reversed(steps))
