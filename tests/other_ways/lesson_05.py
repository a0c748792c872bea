"""The exercises of lesson 05, answered in other ways."""

import copy
import functools

import torch
from torch import nn

from vit_course.block import Block


def over_the_tree(module):
    """Every module's own parameters, told apart by identity."""
    found = {id(p): p for part in module.modules() for p in part.parameters(recurse=False)}
    total = 0
    for parameter in found.values():
        numbers = 1
        for side in parameter.shape:
            numbers *= side
        total += numbers
    return total


class AsTheArticle(nn.Module):
    """The article's loop, deepcopy included; a tuple of weights made at the end."""

    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList()
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        for _ in range(config.num_layers):
            layer = Block(config)
            self.layer.append(copy.deepcopy(layer))

    def forward(self, tokens, return_attention=False):
        results = []
        for i in range(len(self.layer)):
            tokens, weights = self.layer[i](tokens, return_attention)
            results.append(weights)
        return self.encoder_norm(tokens), tuple(w for w in results if w is not None)


def by_halves(attention):
    """Half and half, in place of adding and dividing; multiplied by reduce, last layer first."""
    eye = torch.eye(attention[0].size(-1), device=attention[0].device)
    steps = [0.5 * torch.einsum("bhij->bij", a) / a.size(1) + 0.5 * eye for a in attention]
    return functools.reduce(torch.bmm, reversed(steps))


OTHER_WAYS = {"count_parameters": over_the_tree, "Encoder": AsTheArticle, "rollout": by_halves}
