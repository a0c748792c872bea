# %% right: a copy of the layer, filled anew
import copy


def fold_norm(norm, linear):
    new = nn.Linear(linear.in_features, linear.out_features, bias=True)
    new = new.to(device=linear.weight.device, dtype=linear.weight.dtype)
    with torch.no_grad():
        new.weight.copy_(linear.weight * norm.weight[None, :])
        shift = linear.weight @ norm.bias
        new.bias.copy_(shift if linear.bias is None else shift + linear.bias)
    return new


# %% right: a diagonal matrix, and the layer itself for the bias
def fold_norm(norm, linear):
    weight = linear.weight.detach() @ torch.diag(norm.weight.detach())
    bias = linear(norm.bias).detach()
    folded = nn.Linear(*weight.T.shape, device=weight.device, dtype=weight.dtype)
    folded.load_state_dict({"weight": weight, "bias": bias})
    return folded


# %% right: by trying zero and unit vectors
@torch.no_grad()
def fold_norm(norm, linear):
    units = torch.eye(linear.in_features, dtype=linear.weight.dtype, device=linear.weight.device)
    zero = linear(norm.bias)
    folded = nn.Linear(linear.in_features, linear.out_features).to(linear.weight)
    folded.bias.copy_(zero)
    folded.weight.copy_((linear(units * norm.weight + norm.bias) - zero).T)
    return folded


# %% right: einsum and new parameters
def fold_norm(norm, linear):
    folded = nn.Linear(linear.in_features, linear.out_features)
    folded.weight = nn.Parameter(torch.einsum("oh,h->oh", linear.weight, norm.weight).detach())
    bias = torch.einsum("oh,h->o", linear.weight, norm.bias)
    if linear.bias is not None:
        bias = bias + linear.bias
    folded.bias = nn.Parameter(bias.detach())
    return folded


# %% right: a loop over outputs
def fold_norm(norm, linear):
    folded = nn.Linear(linear.in_features, linear.out_features).to(linear.weight)
    for o in range(linear.out_features):
        row = linear.weight.data[o]
        folded.weight.data[o] = row * norm.weight.data
        folded.bias.data[o] = (row * norm.bias.data).sum()
        if linear.bias is not None:
            folded.bias.data[o] += linear.bias.data[o]
    return folded


# %% right: rows centred as well, as z has mean zero
def fold_norm(norm, linear):
    folded = nn.Linear(linear.in_features, linear.out_features).to(linear.weight)
    with torch.no_grad():
        weight = linear.weight * norm.weight
        folded.weight.copy_(weight - weight.mean(dim=1, keepdim=True))
        folded.bias.copy_(F.linear(norm.bias, linear.weight, linear.bias))
    return folded


# %% wrong: rows
def fold_norm(norm, linear):
    folded = nn.Linear(linear.in_features, linear.out_features).to(linear.weight)
    with torch.no_grad():
        folded.weight.copy_(torch.diag(norm.weight) @ linear.weight)
        folded.bias.copy_(F.linear(norm.bias, linear.weight, linear.bias))
    return folded


# %% wrong: shift forgotten
def fold_norm(norm, linear):
    folded = nn.Linear(linear.in_features, linear.out_features).to(linear.weight)
    with torch.no_grad():
        folded.weight.copy_(linear.weight * norm.weight)
        folded.bias.zero_()
        if linear.bias is not None:
            folded.bias.copy_(linear.bias)
    return folded


# %% wrong: shift through the folded weight
def fold_norm(norm, linear):
    folded = nn.Linear(linear.in_features, linear.out_features).to(linear.weight)
    with torch.no_grad():
        folded.weight.copy_(linear.weight * norm.weight)
        folded.bias.copy_(F.linear(norm.bias, folded.weight, linear.bias))
    return folded


# %% wrong: no bias where the old layer has none
def fold_norm(norm, linear):
    folded = nn.Linear(linear.in_features, linear.out_features, bias=linear.bias is not None).to(linear.weight)
    with torch.no_grad():
        folded.weight.copy_(linear.weight * norm.weight)
        if linear.bias is not None:
            folded.bias.copy_(linear.bias + linear.weight @ norm.bias)
    return folded


# %% wrong: the layer itself is changed and returned
def fold_norm(norm, linear):
    with torch.no_grad():
        bias = linear(norm.bias)
        linear.weight *= norm.weight
    linear.bias = nn.Parameter(bias)
    return linear


# %% wrong: a shallow copy shares the parameters
import copy


def fold_norm(norm, linear):
    folded = copy.copy(linear)
    with torch.no_grad():
        bias = linear(norm.bias)
        folded.weight.mul_(norm.weight)
    folded.bias = nn.Parameter(bias)
    return folded


# %% wrong: the old bias lost
def fold_norm(norm, linear):
    folded = nn.Linear(linear.in_features, linear.out_features).to(linear.weight)
    with torch.no_grad():
        folded.weight.copy_(linear.weight * norm.weight)
        folded.bias.copy_(linear.weight @ norm.bias)
    return folded


# %% wrong: fails where there is no bias
def fold_norm(norm, linear):
    folded = nn.Linear(linear.in_features, linear.out_features).to(linear.weight)
    with torch.no_grad():
        folded.weight.copy_(linear.weight * norm.weight)
        folded.bias.copy_(linear.bias + linear.weight @ norm.bias)
    return folded


# %% wrong: random bias left in where there was none
def fold_norm(norm, linear):
    folded = nn.Linear(linear.in_features, linear.out_features).to(linear.weight)
    with torch.no_grad():
        folded.weight.copy_(linear.weight * norm.weight)
        folded.bias += linear.weight @ norm.bias
        if linear.bias is not None:
            folded.bias.copy_(linear.bias + linear.weight @ norm.bias)
    return folded


# %% wrong: in float32 always
def fold_norm(norm, linear):
    folded = nn.Linear(linear.in_features, linear.out_features)
    with torch.no_grad():
        folded.weight.copy_(linear.weight * norm.weight)
        folded.bias.copy_(F.linear(norm.bias, linear.weight, linear.bias))
    return folded


# %% wrong: sizes the wrong way round
def fold_norm(norm, linear):
    folded = nn.Linear(linear.out_features, linear.in_features).to(linear.weight)
    with torch.no_grad():
        folded.weight.copy_(linear.weight * norm.weight)
        folded.bias.copy_(F.linear(norm.bias, linear.weight, linear.bias))
    return folded


# %% wrong: weight and bias in a pair
def fold_norm(norm, linear):
    return linear.weight * norm.weight, F.linear(norm.bias, linear.weight, linear.bias)


# %% wrong: a function
def fold_norm(norm, linear):
    return lambda z: linear(z * norm.weight + norm.bias)


# %% wrong: eps taken into the scale
def fold_norm(norm, linear):
    scale = norm.weight / math.sqrt(1 + norm.eps)
    folded = nn.Linear(linear.in_features, linear.out_features).to(linear.weight)
    with torch.no_grad():
        folded.weight.copy_(linear.weight * scale)
        folded.bias.copy_(F.linear(norm.bias, linear.weight, linear.bias))
    return folded


# %% wrong: divided by the scale
def fold_norm(norm, linear):
    folded = nn.Linear(linear.in_features, linear.out_features).to(linear.weight)
    with torch.no_grad():
        folded.weight.copy_(linear.weight / norm.weight)
        folded.bias.copy_(F.linear(norm.bias, linear.weight, linear.bias))
    return folded


# %% wrong: nothing comes back
def fold_norm(norm, linear):
    folded = nn.Linear(linear.in_features, linear.out_features).to(linear.weight)
    with torch.no_grad():
        folded.weight.copy_(linear.weight * norm.weight)
        folded.bias.copy_(F.linear(norm.bias, linear.weight, linear.bias))


# %% right: scale the columns, push the shift through the weight
import torch
from torch import nn


def fold_norm(norm, linear):
    new = nn.Linear(
        linear.in_features,
        linear.out_features,
        bias=True,
        dtype=linear.weight.dtype,
        device=linear.weight.device,
    )
    gamma = torch.ones(linear.in_features) if norm.weight is None else norm.weight
    beta = torch.zeros(linear.in_features) if norm.bias is None else norm.bias
    gamma = gamma.to(linear.weight)
    beta = beta.to(linear.weight)
    with torch.no_grad():
        new.weight.copy_(linear.weight * gamma)
        new.bias.copy_(linear.weight @ beta)
        if linear.bias is not None:
            new.bias.add_(linear.bias)
    return new


# %% right: weight centred too, as TransformerLens does (z has mean 0, so it changes nothing)
import torch
from torch import nn


@torch.no_grad()
def fold_norm(norm, linear):
    w = linear.weight.double()
    b = torch.zeros(w.shape[0], dtype=w.dtype, device=w.device)
    if linear.bias is not None:
        b = b + linear.bias.double()
    if norm.bias is not None:
        b = b + (w * norm.bias.double()).sum(dim=-1)
    if norm.weight is not None:
        w = w * norm.weight.double()[None, :]
    w = w - w.mean(dim=1, keepdim=True)
    folded = nn.Linear(w.shape[1], w.shape[0])
    folded.weight = nn.Parameter(w.to(linear.weight.dtype))
    folded.bias = nn.Parameter(b.to(linear.weight.dtype))
    return folded


# %% right: measured, by feeding in zeros and the unit vectors
import copy

import torch
from torch import nn


def fold_norm(norm, linear):
    ref = copy.deepcopy(linear).double()

    def affine(z):
        if norm.weight is not None:
            z = z * norm.weight.detach().double()
        if norm.bias is not None:
            z = z + norm.bias.detach().double()
        return ref(z)

    n = linear.in_features
    device = linear.weight.device
    with torch.no_grad():
        at_zero = affine(torch.zeros(n, dtype=torch.float64, device=device))
        at_units = affine(torch.eye(n, dtype=torch.float64, device=device))
        out = nn.Linear(n, linear.out_features, device=device, dtype=torch.float64)
        out.weight.data = (at_units - at_zero).T.contiguous()
        out.bias.data = at_zero
    return out.to(linear.weight.dtype)


# %% right: numpy loops over the outputs, then load_state_dict
import numpy as np
import torch
from torch import nn


def fold_norm(norm, linear):
    W = linear.weight.detach().cpu().double().numpy()
    out_features, in_features = W.shape
    g = np.ones(in_features)
    if norm.weight is not None:
        g = norm.weight.detach().cpu().double().numpy()
    s = np.zeros(in_features)
    if norm.bias is not None:
        s = norm.bias.detach().cpu().double().numpy()
    weight = np.zeros_like(W)
    bias = np.zeros(out_features)
    for o in range(out_features):
        weight[o] = W[o] * g
        bias[o] = np.dot(W[o], s)
        if linear.bias is not None:
            bias[o] += linear.bias[o].item()
    folded = nn.Linear(in_features, out_features)
    folded = folded.to(device=linear.weight.device, dtype=linear.weight.dtype)
    folded.load_state_dict({"weight": torch.from_numpy(weight), "bias": torch.from_numpy(bias)})
    return folded


# %% wrong: the rows are scaled, not the columns (raises where they are not as many)
import torch
from torch import nn


def fold_norm(norm, linear):
    w = linear.weight
    folded = nn.Linear(linear.in_features, linear.out_features, device=w.device, dtype=w.dtype)
    with torch.no_grad():
        folded.weight.copy_(norm.weight[:, None] * w)
        folded.bias.copy_(w @ norm.bias)
        if linear.bias is not None:
            folded.bias += linear.bias
    return folded


# %% wrong: the norm's shift is not carried through the weight at all
import torch
from torch import nn


def fold_norm(norm, linear):
    w = linear.weight
    folded = nn.Linear(linear.in_features, linear.out_features, device=w.device, dtype=w.dtype)
    with torch.no_grad():
        folded.weight.copy_(w * norm.weight)
        if linear.bias is not None:
            folded.bias.copy_(linear.bias)
        else:
            folded.bias.zero_()
    return folded


# %% wrong: the shift is multiplied by the weight already scaled
import torch
from torch import nn


def fold_norm(norm, linear):
    w = linear.weight
    folded = nn.Linear(linear.in_features, linear.out_features, device=w.device, dtype=w.dtype)
    with torch.no_grad():
        folded.weight.copy_(w * norm.weight)
        folded.bias.copy_(folded.weight @ norm.bias)
        if linear.bias is not None:
            folded.bias += linear.bias
    return folded


# %% wrong: linear's own bias is forgotten
import torch
from torch import nn


def fold_norm(norm, linear):
    w = linear.weight
    folded = nn.Linear(linear.in_features, linear.out_features, device=w.device, dtype=w.dtype)
    folded.weight.data = (w * norm.weight).detach()
    folded.bias.data = (w @ norm.bias).detach()
    return folded


# %% wrong: no bias where linear has none
import torch
from torch import nn


def fold_norm(norm, linear):
    has_bias = linear.bias is not None
    w = linear.weight
    folded = nn.Linear(linear.in_features, linear.out_features, bias=has_bias, device=w.device, dtype=w.dtype)
    with torch.no_grad():
        folded.weight.copy_(w * norm.weight)
        if has_bias:
            folded.bias.copy_(w @ norm.bias + linear.bias)
    return folded


# %% wrong: folds in place, into linear itself
import torch
from torch import nn


def fold_norm(norm, linear):
    with torch.no_grad():
        shift = linear.weight @ norm.bias
        linear.weight.mul_(norm.weight)
        if linear.bias is None:
            linear.bias = nn.Parameter(shift)
        else:
            linear.bias.add_(shift)
    return linear


# %% wrong: the new layer is always float32
import torch
from torch import nn


def fold_norm(norm, linear):
    folded = nn.Linear(linear.in_features, linear.out_features)
    with torch.no_grad():
        folded.weight.copy_(linear.weight * norm.weight)
        bias = linear.weight @ norm.bias
        if linear.bias is not None:
            bias = bias + linear.bias
        folded.bias.copy_(bias)
    return folded


# %% wrong: a new layer that shares linear's bias, so adding the shift changes linear
import torch
from torch import nn


def fold_norm(norm, linear):
    w = linear.weight
    folded = nn.Linear(linear.in_features, linear.out_features, device=w.device, dtype=w.dtype)
    with torch.no_grad():
        folded.weight = nn.Parameter(w * norm.weight)
        if linear.bias is not None:
            folded.bias = linear.bias
        else:
            folded.bias.zero_()
        folded.bias += w @ norm.bias
    return folded


# %% wrong: in_features and out_features swapped (copy_ raises unless they are equal)
import torch
from torch import nn


def fold_norm(norm, linear):
    out_features, in_features = linear.weight.shape
    folded = nn.Linear(out_features, in_features, dtype=linear.weight.dtype, device=linear.weight.device)
    with torch.no_grad():
        folded.weight.copy_(linear.weight * norm.weight)
        bias = linear.weight @ norm.bias
        folded.bias.copy_(bias if linear.bias is None else bias + linear.bias)
    return folded


# %% wrong: divides the scale by sqrt(1 + eps), as one does for a BatchNorm's variance
import torch
from torch import nn


def fold_norm(norm, linear):
    w = linear.weight
    folded = nn.Linear(linear.in_features, linear.out_features, device=w.device, dtype=w.dtype)
    with torch.no_grad():
        scale = norm.weight / (1 + norm.eps) ** 0.5
        folded.weight.copy_(w * scale)
        bias = w @ norm.bias
        folded.bias.copy_(bias if linear.bias is None else bias + linear.bias)
    return folded
