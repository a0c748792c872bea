# %% right: another way (by_halves)
import functools


def rollout(attention):
    """Half and half, in place of adding and dividing; multiplied by reduce, last layer first."""
    eye = torch.eye(attention[0].size(-1), device=attention[0].device)
    steps = [0.5 * torch.einsum("bhij->bij", a) / a.size(1) + 0.5 * eye for a in attention]
    return functools.reduce(torch.bmm, reversed(steps))


# %% right: from the identity
def rollout(attention):
    joint = torch.eye(attention[0].shape[-1], device=attention[0].device)
    for weights in attention:
        layer = weights.mean(dim=1) + torch.eye(weights.shape[-1], device=weights.device)
        layer = layer / layer.sum(dim=-1, keepdim=True)
        joint = layer @ joint
    return joint


# %% right: half of each
def rollout(attention):
    joint = torch.eye(attention[0].shape[-1], device=attention[0].device)
    for weights in attention:
        layer = 0.5 * weights.mean(dim=1) + 0.5 * torch.eye(weights.shape[-1], device=weights.device)
        joint = layer @ joint
    return joint


# %% right: from the last to the first
def rollout(attention):
    joint = torch.eye(attention[0].shape[-1], device=attention[0].device)
    for weights in reversed(attention):
        layer = weights.mean(dim=1) + torch.eye(weights.shape[-1], device=weights.device)
        layer = layer / layer.sum(dim=-1, keepdim=True)
        joint = joint @ layer
    return joint


# %% wrong: no identity
def rollout(attention):
    joint = torch.eye(attention[0].shape[-1], device=attention[0].device)
    for weights in attention:
        layer = weights.mean(dim=1)
        layer = layer / layer.sum(dim=-1, keepdim=True)
        joint = layer @ joint
    return joint


# %% wrong: rows not divided
def rollout(attention):
    joint = torch.eye(attention[0].shape[-1], device=attention[0].device)
    for weights in attention:
        layer = weights.mean(dim=1) + torch.eye(weights.shape[-1], device=weights.device)
        joint = layer @ joint
    return joint


# %% wrong: columns divided
def rollout(attention):
    joint = torch.eye(attention[0].shape[-1], device=attention[0].device)
    for weights in attention:
        layer = weights.mean(dim=1) + torch.eye(weights.shape[-1], device=weights.device)
        layer = layer / layer.sum(dim=-2, keepdim=True)
        joint = layer @ joint
    return joint


# %% wrong: other order
def rollout(attention):
    joint = torch.eye(attention[0].shape[-1], device=attention[0].device)
    for weights in attention:
        layer = weights.mean(dim=1) + torch.eye(weights.shape[-1], device=weights.device)
        layer = layer / layer.sum(dim=-1, keepdim=True)
        joint = joint @ layer
    return joint


# %% wrong: elementwise
def rollout(attention):
    joint = torch.eye(attention[0].shape[-1], device=attention[0].device)
    for weights in attention:
        layer = weights.mean(dim=1) + torch.eye(weights.shape[-1], device=weights.device)
        layer = layer / layer.sum(dim=-1, keepdim=True)
        joint = layer * joint
    return joint


# %% wrong: heads summed
def rollout(attention):
    joint = torch.eye(attention[0].shape[-1], device=attention[0].device)
    for weights in attention:
        layer = weights.sum(dim=1) + torch.eye(weights.shape[-1], device=weights.device)
        layer = layer / layer.sum(dim=-1, keepdim=True)
        joint = layer @ joint
    return joint


# %% wrong: largest head
def rollout(attention):
    joint = torch.eye(attention[0].shape[-1], device=attention[0].device)
    for weights in attention:
        layer = weights.amax(dim=1) + torch.eye(weights.shape[-1], device=weights.device)
        layer = layer / layer.sum(dim=-1, keepdim=True)
        joint = layer @ joint
    return joint


# %% wrong: mean over the batch
def rollout(attention):
    joint = torch.eye(attention[0].shape[-1], device=attention[0].device)
    for weights in attention:
        layer = weights.mean(dim=0) + torch.eye(weights.shape[-1], device=weights.device)
        layer = layer / layer.sum(dim=-1, keepdim=True)
        joint = layer @ joint
    return joint


# %% wrong: last layer left out
def rollout(attention):
    joint = torch.eye(attention[0].shape[-1], device=attention[0].device)
    for weights in attention[:-1]:
        layer = weights.mean(dim=1) + torch.eye(weights.shape[-1], device=weights.device)
        layer = layer / layer.sum(dim=-1, keepdim=True)
        joint = layer @ joint
    return joint


# %% wrong: first layer left out
def rollout(attention):
    joint = torch.eye(attention[0].shape[-1], device=attention[0].device)
    for weights in attention[1:]:
        layer = weights.mean(dim=1) + torch.eye(weights.shape[-1], device=weights.device)
        layer = layer / layer.sum(dim=-1, keepdim=True)
        joint = layer @ joint
    return joint


# %% wrong: first layer raw
def rollout(attention):
    joint = attention[0].mean(dim=1)
    for weights in attention[1:]:
        layer = weights.mean(dim=1) + torch.eye(weights.shape[-1], device=weights.device)
        layer = layer / layer.sum(dim=-1, keepdim=True)
        joint = layer @ joint
    return joint


# %% wrong: first layer twice
def rollout(attention):
    joint = attention[0].mean(dim=1) + torch.eye(attention[0].shape[-1], device=attention[0].device)
    joint = joint / joint.sum(dim=-1, keepdim=True)
    for weights in attention:
        layer = weights.mean(dim=1) + torch.eye(weights.shape[-1], device=weights.device)
        layer = layer / layer.sum(dim=-1, keepdim=True)
        joint = layer @ joint
    return joint


# %% wrong: layers averaged
def rollout(attention):
    joint = torch.eye(attention[0].shape[-1], device=attention[0].device)
    for weights in attention:
        layer = weights.mean(dim=1) + torch.eye(weights.shape[-1], device=weights.device)
        layer = layer / layer.sum(dim=-1, keepdim=True)
        joint = joint + layer
    return joint / len(attention)


# %% wrong: softmax of the rows
def rollout(attention):
    joint = torch.eye(attention[0].shape[-1], device=attention[0].device)
    for weights in attention:
        layer = weights.mean(dim=1) + torch.eye(weights.shape[-1], device=weights.device)
        layer = layer.softmax(dim=-1)
        joint = layer @ joint
    return joint


# %% wrong: without keepdim
def rollout(attention):
    joint = torch.eye(attention[0].shape[-1], device=attention[0].device)
    for weights in attention:
        layer = weights.mean(dim=1) + torch.eye(weights.shape[-1], device=weights.device)
        layer = layer / layer.sum(dim=-1)
        joint = layer @ joint
    return joint


# %% right: divided once at the end
def rollout(attention):
    joint = torch.eye(attention[0].shape[-1], device=attention[0].device)
    for weights in attention:
        layer = weights.mean(dim=1) + torch.eye(weights.shape[-1], device=weights.device)
        joint = layer @ joint
    return joint / joint.sum(dim=-1, keepdim=True)


# %% wrong: class token row
def rollout(attention):
    joint = torch.eye(attention[0].shape[-1], device=attention[0].device)
    for weights in attention:
        layer = weights.mean(dim=1) + torch.eye(weights.shape[-1], device=weights.device)
        layer = layer / layer.sum(dim=-1, keepdim=True)
        joint = layer @ joint
    return joint[:, 0]


# %% wrong: ones for the identity
def rollout(attention):
    joint = torch.eye(attention[0].shape[-1], device=attention[0].device)
    for weights in attention:
        layer = weights.mean(dim=1) + torch.ones_like(weights[:, 0])
        layer = layer / layer.sum(dim=-1, keepdim=True)
        joint = layer @ joint
    return joint


# %% wrong: divided by 2 twice
def rollout(attention):
    joint = torch.eye(attention[0].shape[-1], device=attention[0].device)
    for weights in attention:
        layer = weights.mean(dim=1) + torch.eye(weights.shape[-1], device=weights.device)
        layer = layer / 2 / layer.sum(dim=-1, keepdim=True)
        joint = layer @ joint
    return joint


# %% wrong: in place on the weights
def rollout(attention):
    joint = torch.eye(attention[0].shape[-1], device=attention[0].device)
    for weights in attention:
        weights += torch.eye(weights.shape[-1], device=weights.device)
        layer = weights.mean(dim=1)
        layer = layer / layer.sum(dim=-1, keepdim=True)
        joint = layer @ joint
    return joint


# %% right: functools.reduce over prepared layers
import functools


def rollout(attention):
    def prepare(weights):
        a = reduce(weights, "b h q k -> b q k", "mean")
        a = a + torch.eye(a.shape[-1], dtype=a.dtype, device=a.device)
        return a / a.sum(dim=-1, keepdim=True)

    return functools.reduce(lambda below, layer: layer @ below, map(prepare, attention))


# %% right: all layers stacked, from the last one down
def rollout(attention):
    layers = torch.stack(list(attention)).mean(dim=2)
    layers = layers + torch.eye(layers.shape[-1]).to(layers)
    layers = layers / layers.sum(-1, keepdim=True)
    result = layers[-1]
    for i in range(len(layers) - 2, -1, -1):
        result = torch.bmm(result, layers[i])
    return result


# %% right: halves, recursively
def rollout(attention):
    if len(attention) == 1:
        mean = attention[0].mean(1)
        a = mean + torch.diag_embed(torch.ones_like(mean[..., 0]))
        return torch.einsum("bqk,bq->bqk", a, 1 / a.sum(2))
    middle = len(attention) // 2
    early, late = attention[:middle], attention[middle:]
    return rollout(late) @ rollout(early)


# %% wrong: the sum of a row without keepdim
def rollout(attention):
    result = None
    for weights in attention:
        a = weights.mean(dim=1)
        a = a + torch.eye(a.shape[-1], dtype=a.dtype)
        a = a / a.sum(dim=-1)
        result = a if result is None else a @ result
    return result


# %% wrong: turns the list of the caller round
def rollout(attention):
    attention.reverse()
    result = None
    for weights in attention:
        a = weights.mean(dim=1)
        a = a + torch.eye(a.shape[-1], dtype=a.dtype)
        a = a / a.sum(dim=-1, keepdim=True)
        result = a if result is None else result @ a
    return result


# %% wrong: the heads are averaged after the product
def rollout(attention):
    eye = torch.eye(attention[0].shape[-1], dtype=attention[0].dtype)
    result = eye
    for weights in attention:
        a = weights + eye
        a = a / a.sum(dim=-1, keepdim=True)
        result = a @ result
    return result.mean(dim=1)


# %% wrong: the identity is added to the product
def rollout(attention):
    eye = torch.eye(attention[0].shape[-1], dtype=attention[0].dtype)
    result = eye
    for weights in attention:
        result = weights.mean(dim=1) @ result + eye
        result = result / result.sum(dim=-1, keepdim=True)
    return result


# %% wrong: begins with the second layer
def rollout(attention):
    b, h, t, _ = attention[0].shape
    eye = torch.eye(t, dtype=attention[0].dtype)
    result = eye.expand(b, t, t)
    for i in range(1, len(attention)):
        a = attention[i].mean(dim=1) + eye
        result = (a / a.sum(dim=-1, keepdim=True)) @ result
    return result


# %% wrong: the last layer comes in twice
def rollout(attention):
    layers = []
    for weights in attention:
        a = weights.mean(dim=1)
        a = a + torch.eye(a.shape[-1], dtype=a.dtype)
        layers.append(a / a.sum(dim=-1, keepdim=True))
    result = layers[-1]
    for layer in layers[::-1]:
        result = result @ layer
    return result


# %% wrong: drops the lowest tenth of the weights
def rollout(attention):
    b, h, t, _ = attention[0].shape
    eye = torch.eye(t, dtype=attention[0].dtype)
    result = eye
    for weights in attention:
        flat = weights.mean(dim=1).reshape(b, -1)
        lowest = flat.topk(int(flat.shape[-1] * 0.1), dim=-1, largest=False).indices
        flat = flat.scatter(-1, lowest, 0.0)
        a = flat.view(b, t, t) + eye
        a = a / a.sum(dim=-1, keepdim=True)
        result = a @ result
    return result


# %% wrong: the largest head in place of the average
def rollout(attention):
    eye = torch.eye(attention[0].shape[-1], dtype=attention[0].dtype)
    result = eye
    for weights in attention:
        a = weights.amax(dim=1) + eye
        a = a / a.sum(dim=-1, keepdim=True)
        result = a @ result
    return result


# %% right: from the identity, layer by layer
def rollout(attention):
    first = attention[0]
    eye = torch.eye(first.shape[-1], dtype=first.dtype, device=first.device)
    joint = eye.expand(first.shape[0], -1, -1)
    for weights in attention:
        mixed = weights.mean(dim=1) + eye
        mixed = mixed / mixed.sum(dim=-1, keepdim=True)
        joint = mixed @ joint
    return joint


# %% right: einops and functools.reduce
import functools


def rollout(attention):
    def prepare(weights):
        mean = reduce(weights, "b h i j -> b i j", "mean")
        mean = mean + torch.eye(mean.shape[-1]).to(mean)
        return mean / reduce(mean, "b i j -> b i 1", "sum")

    return functools.reduce(lambda below, above: torch.bmm(above, below), map(prepare, attention))


# %% right: from the last layer down
def rollout(attention):
    layers = []
    for weights in attention:
        batch, num_heads, tokens, _ = weights.shape
        average = weights.sum(1) / num_heads
        index = torch.arange(tokens, device=weights.device)
        identity = torch.zeros_like(average)
        identity[:, index, index] = 1
        average = average + identity
        layers.append(torch.einsum("bij,bi->bij", average, 1 / average.sum(-1)))
    result = layers[-1]
    for layer in layers[-2::-1]:
        result = result @ layer
    return result


# %% wrong: the first layer leftmost
def rollout(attention):
    eye = torch.eye(attention[0].shape[-1]).to(attention[0])
    result = eye
    for weights in attention:
        a = weights.mean(dim=1) + eye
        a = a / a.sum(dim=-1, keepdim=True)
        result = result @ a
    return result


# %% wrong: no identity again
def rollout(attention):
    result = torch.eye(attention[0].shape[-1]).to(attention[0])
    for weights in attention:
        a = weights.mean(dim=1)
        a = a / a.sum(dim=-1, keepdim=True)
        result = a @ result
    return result


# %% wrong: each column divided by its sum
def rollout(attention):
    eye = torch.eye(attention[0].shape[-1]).to(attention[0])
    result = eye
    for weights in attention:
        a = weights.mean(dim=1) + eye
        a = a / a.sum(dim=1, keepdim=True)
        result = a @ result
    return result


# %% wrong: divided first, the identity added later
def rollout(attention):
    eye = torch.eye(attention[0].shape[-1]).to(attention[0])
    result = eye
    for weights in attention:
        a = weights.mean(dim=1)
        a = a / a.sum(dim=-1, keepdim=True)
        a = a + eye
        result = a @ result
    return result


# %% wrong: the heads summed
def rollout(attention):
    eye = torch.eye(attention[0].shape[-1]).to(attention[0])
    result = eye
    for weights in attention:
        a = weights.sum(dim=1) + eye
        a = a / a.sum(dim=-1, keepdim=True)
        result = a @ result
    return result


# %% wrong: the row sums without keepdim
def rollout(attention):
    eye = torch.eye(attention[0].shape[-1]).to(attention[0])
    result = eye
    for weights in attention:
        a = weights.mean(dim=1) + eye
        a = a / a.sum(dim=-1)
        result = a @ result
    return result


# %% wrong: only the class token's row comes back
def rollout(attention):
    eye = torch.eye(attention[0].shape[-1]).to(attention[0])
    result = eye
    for weights in attention:
        a = weights.mean(dim=1) + eye
        a = a / a.sum(dim=-1, keepdim=True)
        result = a @ result
    return result[:, 0]
