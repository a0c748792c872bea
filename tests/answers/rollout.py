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
