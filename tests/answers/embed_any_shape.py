# %% right: step by step
def embed_any_shape(embeddings, images):
    patch = embeddings.config.patch_size
    b, c, height, width = images.shape
    x = embeddings.patch_embeddings(images).flatten(2).transpose(1, 2)
    has_token = embeddings.config.classifier == "token"
    positions = resize_position_embeddings(
        embeddings.position_embeddings, (height // patch, width // patch), prefix_tokens=int(has_token)
    )
    if has_token:
        x = torch.cat((embeddings.cls_token.repeat(b, 1, 1), x), dim=1)
    return embeddings.dropout(x + positions)


# %% right: positions of the patches by hand, the class token's added apart
def embed_any_shape(embeddings, images):
    features = embeddings.patch_embeddings(images)
    table = embeddings.position_embeddings
    first = None
    if embeddings.cls_token is not None:
        first = embeddings.cls_token + table[:, :1]
        table = table[:, 1:]
    side = int(table.shape[1] ** 0.5)
    picture = rearrange(table, "1 (r c) d -> 1 d r c", r=side)
    picture = F.interpolate(picture, size=features.shape[2:], mode="bilinear", align_corners=False)
    x = rearrange(features + picture, "b d r c -> b (r c) d")
    if first is not None:
        x = torch.cat([repeat(first, "1 1 d -> b 1 d", b=len(x)), x], dim=1)
    return embeddings.dropout(x)


# %% right: dropout as a function, patches by unfold
def embed_any_shape(embeddings, images):
    p = embeddings.config.patch_size
    weight = embeddings.patch_embeddings.weight.flatten(1)
    columns = F.unfold(images, kernel_size=p, stride=p).transpose(1, 2)
    x = columns @ weight.T + embeddings.patch_embeddings.bias
    n = 0
    if embeddings.cls_token is not None:
        n = 1
        x = torch.cat([embeddings.cls_token.expand(len(images), -1, -1), x], 1)
    grid = (images.shape[-2] // p, images.shape[-1] // p)
    x = x + resize_position_embeddings(embeddings.position_embeddings, grid, prefix_tokens=n)
    return F.dropout(x, p=embeddings.config.dropout, training=embeddings.training)


# %% right: a loop over the new places, two lines weighted
def embed_any_shape(embeddings, images):
    out = embeddings.patch_embeddings(images)
    rows, columns = out.shape[2:]
    prefix = 0 if embeddings.cls_token is None else 1
    old = embeddings.position_embeddings[0, prefix:]
    side = math.isqrt(len(old))
    old = old.reshape(side, side, -1)

    def between(i, new):
        place = min(max((i + 0.5) * side / new - 0.5, 0), side - 1)
        low = int(place)
        return low, min(low + 1, side - 1), place - low

    tokens = []
    if prefix:
        tokens.append((embeddings.cls_token + embeddings.position_embeddings[:, :1]).expand(len(images), -1, -1))
    for r in range(rows):
        top, bottom, v = between(r, rows)
        for c in range(columns):
            left, right, h = between(c, columns)
            upper = (1 - h) * old[top, left] + h * old[top, right]
            lower = (1 - h) * old[bottom, left] + h * old[bottom, right]
            tokens.append((out[:, :, r, c] + (1 - v) * upper + v * lower)[:, None])
    return embeddings.dropout(torch.cat(tokens, dim=1))


# %% right: the module's positions swapped for a moment, without a new parameter
def embed_any_shape(embeddings, images):
    from copy import copy
    from dataclasses import replace

    other = copy(embeddings)
    other._parameters = dict(embeddings._parameters)
    grid = tuple(n // embeddings.config.patch_size for n in images.shape[2:])
    prefix = 0 if embeddings.cls_token is None else 1
    resized = resize_position_embeddings(embeddings.position_embeddings, grid, prefix_tokens=prefix)
    del other._parameters["position_embeddings"]
    other.position_embeddings = resized
    other.config = replace(embeddings.config, image_size=tuple(images.shape[2:]))
    return other(images)


# %% wrong: the class token's position is resized with the rest
def embed_any_shape(embeddings, images):
    x = embeddings.patch_embeddings(images).flatten(2).transpose(1, 2)
    if embeddings.cls_token is not None:
        x = torch.cat([embeddings.cls_token.expand(len(x), -1, -1), x], dim=1)
    positions = F.interpolate(embeddings.position_embeddings.transpose(1, 2), size=x.shape[1], mode="linear")
    return embeddings.dropout(x + positions.transpose(1, 2))


# %% wrong: made into a new parameter
def embed_any_shape(embeddings, images):
    grid = tuple(n // embeddings.config.patch_size for n in images.shape[2:])
    prefix = 0 if embeddings.cls_token is None else 1
    positions = nn.Parameter(resize_position_embeddings(embeddings.position_embeddings, grid, prefix_tokens=prefix))
    x = embeddings.patch_embeddings(images).flatten(2).transpose(1, 2)
    if prefix:
        x = torch.cat([embeddings.cls_token.expand(len(x), -1, -1), x], dim=1)
    return embeddings.dropout(x + positions)


# %% wrong: written into the module
def embed_any_shape(embeddings, images):
    from dataclasses import replace

    grid = tuple(n // embeddings.config.patch_size for n in images.shape[2:])
    prefix = 0 if embeddings.cls_token is None else 1
    resized = resize_position_embeddings(embeddings.position_embeddings, grid, prefix_tokens=prefix)
    embeddings.position_embeddings = nn.Parameter(resized)
    embeddings.config = replace(embeddings.config, image_size=tuple(images.shape[2:]))
    return embeddings(images)


# %% wrong: calls the module
def embed_any_shape(embeddings, images):
    return embeddings(images)


# %% wrong: the images are resized
def embed_any_shape(embeddings, images):
    return embeddings(F.interpolate(images, embeddings.config.image_height_width, mode="bilinear"))


# %% wrong: width before height
def embed_any_shape(embeddings, images):
    p = embeddings.config.patch_size
    grid = (images.shape[3] // p, images.shape[2] // p)
    prefix = 0 if embeddings.cls_token is None else 1
    x = rearrange(embeddings.patch_embeddings(images), "b d r c -> b (r c) d")
    if prefix:
        x = torch.cat([embeddings.cls_token.expand(len(x), -1, -1), x], dim=1)
    return embeddings.dropout(
        x + resize_position_embeddings(embeddings.position_embeddings, grid, prefix_tokens=prefix)
    )


# %% wrong: no thought of gap
def embed_any_shape(embeddings, images):
    p = embeddings.config.patch_size
    x = rearrange(embeddings.patch_embeddings(images), "b d r c -> b (r c) d")
    x = torch.cat([embeddings.cls_token.expand(len(x), -1, -1), x], dim=1)
    grid = (images.shape[2] // p, images.shape[3] // p)
    return embeddings.dropout(x + resize_position_embeddings(embeddings.position_embeddings, grid))


# %% wrong: a default prefix where there is none
def embed_any_shape(embeddings, images):
    p = embeddings.config.patch_size
    x = rearrange(embeddings.patch_embeddings(images), "b d r c -> b (r c) d")
    if embeddings.cls_token is not None:
        x = torch.cat([embeddings.cls_token.expand(len(x), -1, -1), x], dim=1)
    grid = (images.shape[2] // p, images.shape[3] // p)
    return embeddings.dropout(x + resize_position_embeddings(embeddings.position_embeddings, grid))


# %% wrong: no dropout
def embed_any_shape(embeddings, images):
    features = embeddings.patch_embeddings(images)
    prefix = 0 if embeddings.cls_token is None else 1
    x = rearrange(features, "b d r c -> b (r c) d")
    if prefix:
        x = torch.cat([embeddings.cls_token.expand(len(x), -1, -1), x], dim=1)
    return x + resize_position_embeddings(
        embeddings.position_embeddings, tuple(features.shape[2:]), prefix_tokens=prefix
    )


# %% wrong: nearest neighbour
def embed_any_shape(embeddings, images):
    features = embeddings.patch_embeddings(images)
    table = embeddings.position_embeddings
    prefix = 0 if embeddings.cls_token is None else 1
    side = int((table.shape[1] - prefix) ** 0.5)
    picture = rearrange(table[:, prefix:], "1 (r c) d -> 1 d r c", r=side)
    picture = F.interpolate(picture, size=features.shape[2:])
    x = rearrange(features + picture, "b d r c -> b (r c) d")
    if prefix:
        x = torch.cat([(embeddings.cls_token + table[:, :1]).expand(len(x), -1, -1), x], dim=1)
    return embeddings.dropout(x)


# %% wrong: every module is put into evaluation mode
def embed_any_shape(embeddings, images):
    embeddings.eval()
    features = embeddings.patch_embeddings(images)
    prefix = 0 if embeddings.cls_token is None else 1
    x = rearrange(features, "b d r c -> b (r c) d")
    if prefix:
        x = torch.cat([embeddings.cls_token.expand(len(x), -1, -1), x], dim=1)
    x = x + resize_position_embeddings(embeddings.position_embeddings, tuple(features.shape[2:]), prefix_tokens=prefix)
    return embeddings.dropout(x)


# %% wrong: the positions are only cut off or repeated
def embed_any_shape(embeddings, images):
    x = rearrange(embeddings.patch_embeddings(images), "b d r c -> b (r c) d")
    if embeddings.cls_token is not None:
        x = torch.cat([embeddings.cls_token.expand(len(x), -1, -1), x], dim=1)
    table = embeddings.position_embeddings
    table = torch.cat([table] * (x.shape[1] // table.shape[1] + 1), dim=1)[:, : x.shape[1]]
    return embeddings.dropout(x + table)


# %% wrong: the class token is put in front after the positions were added
def embed_any_shape(embeddings, images):
    features = embeddings.patch_embeddings(images)
    prefix = 0 if embeddings.cls_token is None else 1
    positions = resize_position_embeddings(
        embeddings.position_embeddings, tuple(features.shape[2:]), prefix_tokens=prefix
    )
    x = rearrange(features, "b d r c -> b (r c) d") + positions[:, prefix:]
    if prefix:
        x = torch.cat([embeddings.cls_token.expand(len(x), -1, -1), x], dim=1)
    return embeddings.dropout(x)


# %% right: as the layer's own forward, step by step
import torch
from vit_course.embeddings import resize_position_embeddings


def embed_any_shape(embeddings, images):
    patches = embeddings.patch_embeddings(images)
    grid = (patches.shape[2], patches.shape[3])
    tokens = patches.flatten(2).transpose(1, 2)
    if embeddings.cls_token is not None:
        cls = embeddings.cls_token.expand(images.shape[0], -1, -1)
        tokens = torch.cat([cls, tokens], dim=1)
        positions = resize_position_embeddings(embeddings.position_embeddings, grid, prefix_tokens=1)
    else:
        positions = resize_position_embeddings(embeddings.position_embeddings, grid, prefix_tokens=0)
    return embeddings.dropout(tokens + positions)


# %% right: patches by einops and a matrix product, no convolution
import torch
from einops import rearrange, repeat
from vit_course.embeddings import resize_position_embeddings


def embed_any_shape(embeddings, images):
    conv = embeddings.patch_embeddings
    p1, p2 = conv.kernel_size
    b, _, height, width = images.shape
    x = rearrange(images, "b c (r p1) (s p2) -> b (r s) (c p1 p2)", p1=p1, p2=p2)
    x = x @ rearrange(conv.weight, "d c p1 p2 -> (c p1 p2) d")
    if conv.bias is not None:
        x = x + conv.bias
    prefix = 0
    if embeddings.cls_token is not None:
        x = torch.cat((repeat(embeddings.cls_token, "1 1 d -> b 1 d", b=b), x), dim=1)
        prefix = 1
    pos = resize_position_embeddings(
        embeddings.position_embeddings, (height // p1, width // p2), prefix_tokens=prefix
    )
    return embeddings.dropout(x + pos)


# %% right: positions split into class and grid, each part added before cat
import torch
from vit_course.embeddings import resize_position_embeddings


def embed_any_shape(embeddings, images):
    has_cls = embeddings.cls_token is not None
    feature_map = embeddings.patch_embeddings(images)
    B, D, H, W = feature_map.shape
    pos = resize_position_embeddings(embeddings.position_embeddings, (H, W), prefix_tokens=int(has_cls))
    grid_pos = pos[:, int(has_cls):].permute(0, 2, 1).reshape(1, D, H, W)
    out = (feature_map + grid_pos).permute(0, 2, 3, 1).reshape(B, H * W, D)
    if has_cls:
        first = (embeddings.cls_token + pos[:, :1]).repeat(B, 1, 1)
        out = torch.hstack([first, out])
    return embeddings.dropout(out)


# %% right: an empty tensor filled in, patch by patch in two loops
import torch
import torch.nn.functional as F
from vit_course.embeddings import resize_position_embeddings


def embed_any_shape(embeddings, images):
    conv = embeddings.patch_embeddings
    p = conv.kernel_size[0]
    rows = images.shape[-2] // p
    columns = images.shape[-1] // p
    kernel = conv.weight.flatten(1)
    tokens = []
    if embeddings.cls_token is not None:
        tokens.append(embeddings.cls_token[0, 0].expand(len(images), -1))
    n_prefix = len(tokens)
    for r in range(rows):
        for c in range(columns):
            patch = images[:, :, r * p:(r + 1) * p, c * p:(c + 1) * p]
            tokens.append(F.linear(patch.flatten(1), kernel, conv.bias))
    tokens = torch.stack(tokens, dim=1)
    tokens = tokens + resize_position_embeddings(
        embeddings.position_embeddings, (rows, columns), prefix_tokens=n_prefix
    )
    return embeddings.dropout(tokens)


# %% wrong: the grid is given as (columns, rows)
import torch
from vit_course.embeddings import resize_position_embeddings


def embed_any_shape(embeddings, images):
    x = embeddings.patch_embeddings(images)
    h, w = x.shape[-2:]
    x = x.flatten(2).transpose(1, 2)
    prefix = 0
    if embeddings.cls_token is not None:
        x = torch.cat([embeddings.cls_token.expand(len(x), -1, -1), x], dim=1)
        prefix = 1
    pos = resize_position_embeddings(embeddings.position_embeddings, (w, h), prefix_tokens=prefix)
    return embeddings.dropout(x + pos)


# %% wrong: the class token gets no position, it is put in front after the sum
import torch
from vit_course.embeddings import resize_position_embeddings


def embed_any_shape(embeddings, images):
    x = embeddings.patch_embeddings(images)
    grid = tuple(x.shape[-2:])
    x = x.flatten(2).transpose(1, 2)
    if embeddings.cls_token is None:
        x = x + resize_position_embeddings(embeddings.position_embeddings, grid, prefix_tokens=0)
    else:
        pos = resize_position_embeddings(embeddings.position_embeddings, grid, prefix_tokens=1)
        x = x + pos[:, 1:]
        x = torch.cat([embeddings.cls_token.expand(x.shape[0], -1, -1), x], dim=1)
    return embeddings.dropout(x)


# %% wrong: prefix_tokens is 1 even where there is no class token
import torch
from vit_course.embeddings import resize_position_embeddings


def embed_any_shape(embeddings, images):
    x = embeddings.patch_embeddings(images)
    grid = tuple(x.shape[-2:])
    x = x.flatten(2).mT
    if embeddings.cls_token is not None:
        x = torch.cat([embeddings.cls_token.expand(x.shape[0], -1, -1), x], dim=1)
    x = x + resize_position_embeddings(embeddings.position_embeddings, grid)
    return embeddings.dropout(x)


# %% wrong: the resized positions are stored in the module
import torch
from torch import nn
from vit_course.embeddings import resize_position_embeddings


def embed_any_shape(embeddings, images):
    x = embeddings.patch_embeddings(images)
    grid = tuple(x.shape[-2:])
    x = x.flatten(2).transpose(1, 2)
    prefix = 0 if embeddings.cls_token is None else 1
    embeddings.position_embeddings = nn.Parameter(
        resize_position_embeddings(embeddings.position_embeddings.data, grid, prefix_tokens=prefix)
    )
    if prefix:
        x = torch.cat([embeddings.cls_token.expand(x.shape[0], -1, -1), x], dim=1)
    return embeddings.dropout(x + embeddings.position_embeddings)


# %% wrong: positions resized under no_grad, so no gradient reaches them
import torch
from vit_course.embeddings import resize_position_embeddings


def embed_any_shape(embeddings, images):
    x = embeddings.patch_embeddings(images)
    grid = tuple(x.shape[-2:])
    x = x.flatten(2).transpose(1, 2)
    n = 0 if embeddings.cls_token is None else 1
    with torch.no_grad():
        pos = resize_position_embeddings(embeddings.position_embeddings, grid, prefix_tokens=n)
    if n:
        x = torch.cat([embeddings.cls_token.expand(x.shape[0], -1, -1), x], dim=1)
    return embeddings.dropout(x + pos)


# %% wrong: reshape in place of transpose mixes the patches' numbers
import torch
from vit_course.embeddings import resize_position_embeddings


def embed_any_shape(embeddings, images):
    x = embeddings.patch_embeddings(images)
    b, d, h, w = x.shape
    x = x.reshape(b, h * w, d)
    prefix = 0
    if embeddings.cls_token is not None:
        x = torch.cat([embeddings.cls_token.expand(b, -1, -1), x], dim=1)
        prefix = 1
    pos = resize_position_embeddings(embeddings.position_embeddings, (h, w), prefix_tokens=prefix)
    return embeddings.dropout(x + pos)


# %% wrong: dropout is left out
import torch
from vit_course.embeddings import resize_position_embeddings


def embed_any_shape(embeddings, images):
    x = embeddings.patch_embeddings(images)
    b, d, h, w = x.shape
    x = x.flatten(2).transpose(1, 2)
    prefix = 0
    if embeddings.cls_token is not None:
        x = torch.cat([embeddings.cls_token.expand(b, -1, -1), x], dim=1)
        prefix = 1
    return x + resize_position_embeddings(embeddings.position_embeddings, (h, w), prefix_tokens=prefix)


# %% wrong: resizes only if the number of tokens differs (4 x 9 patches pass for 6 x 6)
import torch
from vit_course.embeddings import resize_position_embeddings


def embed_any_shape(embeddings, images):
    x = embeddings.patch_embeddings(images)
    b, d, h, w = x.shape
    x = x.flatten(2).transpose(1, 2)
    prefix = 0
    if embeddings.cls_token is not None:
        x = torch.cat([embeddings.cls_token.expand(b, -1, -1), x], dim=1)
        prefix = 1
    pos = embeddings.position_embeddings
    if pos.shape[1] != x.shape[1]:
        pos = resize_position_embeddings(pos, (h, w), prefix_tokens=prefix)
    return embeddings.dropout(x + pos)


# %% wrong: the grid is given in pixels, the sum raises
import torch
from vit_course.embeddings import resize_position_embeddings


def embed_any_shape(embeddings, images):
    b, c, height, width = images.shape
    x = embeddings.patch_embeddings(images).flatten(2).transpose(1, 2)
    prefix = 0
    if embeddings.cls_token is not None:
        x = torch.cat([embeddings.cls_token.expand(b, -1, -1), x], dim=1)
        prefix = 1
    pos = resize_position_embeddings(embeddings.position_embeddings, (height, width), prefix_tokens=prefix)
    return embeddings.dropout(x + pos)


# %% wrong: the images are squeezed to the module's square, not the positions to the grid
import torch
import torch.nn.functional as F


def embed_any_shape(embeddings, images):
    size = embeddings.config.image_size
    if isinstance(size, int):
        size = (size, size)
    if tuple(images.shape[-2:]) != tuple(size):
        images = F.interpolate(images, size=size, mode="bilinear", align_corners=False)
    return embeddings(images)
