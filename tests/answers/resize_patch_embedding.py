# %% right: the pseudo-inverse of the basis images
def resize_patch_embedding(weight, patch_size):
    old = weight.shape[-1]
    basis = torch.eye(old**2, dtype=weight.dtype, device=weight.device).reshape(old**2, 1, old, old)
    R = F.interpolate(basis, size=(patch_size, patch_size), mode="bilinear").reshape(old**2, -1)
    kernel = rearrange(weight, "d c h w -> (h w) (d c)")
    return rearrange(torch.linalg.pinv(R) @ kernel, "(h w) (d c) -> d c h w", h=patch_size, c=weight.shape[1])


# %% right: least squares without an inverse, by columns
def resize_patch_embedding(weight, patch_size):
    hidden, channels, old, _ = weight.shape
    images = torch.eye(old * old).to(weight).view(1, old * old, old, old)
    matrix = F.interpolate(images, (patch_size, patch_size), mode="bilinear", align_corners=False)[0].flatten(1)
    if patch_size >= old:  # many solutions: the shortest, by the rows' own inner products
        flat = weight.flatten(2) @ torch.linalg.inv(matrix @ matrix.T) @ matrix
    else:
        flat = weight.flatten(2) @ matrix @ torch.linalg.inv(matrix.T @ matrix)
    return flat.view(hidden, channels, patch_size, patch_size)


# %% right: one axis after the other, by a matrix for lines
def resize_patch_embedding(weight, patch_size):
    line = torch.eye(weight.shape[-1], dtype=weight.dtype, device=weight.device)[:, None]
    line = F.interpolate(line, size=patch_size, mode="linear")[:, 0]
    inverse = torch.linalg.pinv(line)
    return torch.einsum("dchw,Hh,Ww->dcHW", weight, inverse, inverse)


# %% right: a loop over pixels and one over channels, B as in the paper
def resize_patch_embedding(weight, patch_size):
    hidden, channels, old, _ = weight.shape
    columns = []
    for pixel in range(old * old):
        image = torch.zeros(1, 1, old, old, dtype=weight.dtype, device=weight.device)
        image[0, 0, pixel // old, pixel % old] = 1
        columns.append(F.interpolate(image, size=[patch_size, patch_size], mode="bilinear").flatten())
    B = torch.stack(columns, dim=1)
    pinv = torch.linalg.pinv(B.T)
    done = [torch.stack([(pinv @ w.flatten()).view(patch_size, patch_size) for w in unit]) for unit in weight]
    return torch.stack(done)


# %% right: the singular values by hand
def resize_patch_embedding(weight, patch_size):
    old = weight.shape[-1]
    R = F.interpolate(torch.eye(old * old).to(weight).reshape(-1, 1, old, old), (patch_size,) * 2, mode="bilinear")
    U, S, Vh = torch.linalg.svd(R.flatten(1), full_matrices=False)
    flat = weight.flatten(2) @ U @ torch.diag(1 / S) @ Vh
    return flat.unflatten(2, (patch_size, patch_size))


# %% wrong: the kernel interpolated
def resize_patch_embedding(weight, patch_size):
    return nn.functional.interpolate(weight, size=(patch_size, patch_size), mode="bilinear", align_corners=False)


# %% wrong: the kernel interpolated, its sum kept
def resize_patch_embedding(weight, patch_size):
    bigger = F.interpolate(weight, size=(patch_size, patch_size), mode="bilinear")
    return bigger * weight.sum((2, 3), keepdim=True) / bigger.sum((2, 3), keepdim=True)


# %% wrong: the kernel interpolated, divided by how many pixels there are for one
def resize_patch_embedding(weight, patch_size):
    ratio = patch_size / weight.shape[-1]
    return F.interpolate(weight, size=(patch_size, patch_size), mode="bilinear") / ratio**2


# %% wrong: the transpose in place of the inverse
def resize_patch_embedding(weight, patch_size):
    old = weight.shape[-1]
    basis = torch.eye(old**2, dtype=weight.dtype, device=weight.device).reshape(old**2, 1, old, old)
    R = F.interpolate(basis, size=(patch_size, patch_size), mode="bilinear").flatten(1)
    return (weight.flatten(2) @ R).unflatten(2, (patch_size, patch_size))


# %% wrong: no mode, so nearest
def resize_patch_embedding(weight, patch_size):
    old = weight.shape[-1]
    basis = torch.eye(old**2, dtype=weight.dtype, device=weight.device).reshape(old**2, 1, old, old)
    R = F.interpolate(basis, size=(patch_size, patch_size)).flatten(1)
    return (weight.flatten(2) @ torch.linalg.pinv(R).T).unflatten(2, (patch_size, patch_size))


# %% wrong: the map from new to old
def resize_patch_embedding(weight, patch_size):
    old, new = weight.shape[-1], patch_size
    basis = torch.eye(new**2, dtype=weight.dtype, device=weight.device).reshape(new**2, 1, new, new)
    S = F.interpolate(basis, size=(old, old), mode="bilinear").flatten(1)
    return torch.einsum("np,dcp->dcn", S, weight.flatten(2)).unflatten(2, (new, new))


# %% wrong: timm's defaults
def resize_patch_embedding(weight, patch_size):
    old = weight.shape[-1]
    basis = torch.eye(old**2, dtype=weight.dtype, device=weight.device).reshape(old**2, 1, old, old)
    R = F.interpolate(basis, size=(patch_size, patch_size), mode="bicubic", antialias=True).flatten(1)
    return (weight.flatten(2) @ torch.linalg.pinv(R).T).unflatten(2, (patch_size, patch_size))


# %% wrong: align_corners
def resize_patch_embedding(weight, patch_size):
    old = weight.shape[-1]
    basis = torch.eye(old**2, dtype=weight.dtype, device=weight.device).reshape(old**2, 1, old, old)
    R = F.interpolate(basis, size=(patch_size, patch_size), mode="bilinear", align_corners=True).flatten(1)
    return (weight.flatten(2) @ torch.linalg.pinv(R).T).unflatten(2, (patch_size, patch_size))


# %% wrong: pinv of the transpose
def resize_patch_embedding(weight, patch_size):
    old = weight.shape[-1]
    basis = torch.eye(old**2, dtype=weight.dtype, device=weight.device).reshape(old**2, 1, old, old)
    R = F.interpolate(basis, size=(patch_size, patch_size), mode="bilinear").flatten(1)
    kernel = rearrange(weight, "d c h w -> (h w) (d c)")
    return rearrange(torch.linalg.pinv(R.T) @ kernel, "(h w) (d c) -> d c h w", h=patch_size, c=weight.shape[1])


# %% wrong: basis in float32 on the CPU, whatever the kernel is
def resize_patch_embedding(weight, patch_size):
    old = weight.shape[-1]
    R = F.interpolate(torch.eye(old**2).reshape(-1, 1, old, old), size=(patch_size,) * 2, mode="bilinear").flatten(1)
    return (weight.float().cpu().flatten(2) @ torch.linalg.pinv(R).T).unflatten(2, (patch_size, patch_size))


# %% wrong: columns first at the end
def resize_patch_embedding(weight, patch_size):
    old = weight.shape[-1]
    basis = torch.eye(old**2, dtype=weight.dtype, device=weight.device).reshape(old**2, 1, old, old)
    R = F.interpolate(basis, size=(patch_size, patch_size), mode="bilinear").flatten(1)
    new = weight.flatten(2) @ torch.linalg.pinv(R).T
    return rearrange(new, "d c (w h) -> d c h w", h=patch_size)


# %% wrong: the pseudo-inverse, and scaled as well
def resize_patch_embedding(weight, patch_size):
    old = weight.shape[-1]
    basis = torch.eye(old**2, dtype=weight.dtype, device=weight.device).reshape(old**2, 1, old, old)
    R = F.interpolate(basis, size=(patch_size, patch_size), mode="bilinear").flatten(1)
    new = (weight.flatten(2) @ torch.linalg.pinv(R).T).unflatten(2, (patch_size, patch_size))
    return new * old**2 / patch_size**2


# %% wrong: nothing done where patches shrink but a crop
def resize_patch_embedding(weight, patch_size):
    old = weight.shape[-1]
    if patch_size <= old:
        return weight[:, :, :patch_size, :patch_size].clone()
    basis = torch.eye(old**2, dtype=weight.dtype, device=weight.device).reshape(old**2, 1, old, old)
    R = F.interpolate(basis, size=(patch_size, patch_size), mode="bilinear").flatten(1)
    return (weight.flatten(2) @ torch.linalg.pinv(R).T).unflatten(2, (patch_size, patch_size))


# %% right: no gradient, for weights from a file
def resize_patch_embedding(weight, patch_size):
    old = weight.shape[-1]
    basis = torch.eye(old**2, dtype=weight.dtype, device=weight.device).reshape(old**2, 1, old, old)
    R = F.interpolate(basis, size=(patch_size, patch_size), mode="bilinear").flatten(1)
    with torch.no_grad():
        return (weight.flatten(2) @ torch.linalg.pinv(R).T).unflatten(2, (patch_size, patch_size))


# %% right: the recipe of the card, rows of pixels
import torch
import torch.nn.functional as F


def resize_patch_embedding(weight, patch_size):
    hidden, channels, p, _ = weight.shape
    eye = torch.eye(p * p, dtype=torch.float32, device=weight.device).reshape(p * p, 1, p, p)
    R = F.interpolate(eye, size=(patch_size, patch_size), mode="bilinear").reshape(p * p, -1)
    w = weight.float().reshape(hidden * channels, p * p).T
    new = torch.linalg.pinv(R) @ w
    return new.T.reshape(hidden, channels, patch_size, patch_size).to(weight.dtype)


# %% right: one axis at a time, the pseudo-inverse of a Kronecker product
import torch
import torch.nn.functional as F


def resize_patch_embedding(weight, patch_size):
    p = weight.shape[-1]
    lit = torch.eye(p, dtype=torch.float64, device=weight.device)[:, None, None, :]
    r = F.interpolate(lit, size=(1, patch_size), mode="bilinear")[:, 0, 0, :]
    inv = torch.linalg.pinv(r)
    return torch.einsum("yr,hcrs,xs->hcyx", inv, weight.double(), inv).to(weight.dtype)


# %% right: numpy lstsq, kernel by kernel, R built pixel by pixel
import numpy as np
import torch
import torch.nn.functional as F


def resize_patch_embedding(weight, patch_size):
    hidden, channels, p, _ = weight.shape
    rows = []
    for i in range(p):
        for j in range(p):
            img = torch.zeros(1, 1, p, p, dtype=torch.float64)
            img[0, 0, i, j] = 1.0
            big = F.interpolate(img, size=(patch_size, patch_size), mode="bilinear")
            rows.append(big.numpy().ravel())
    R = np.array(rows)
    old = weight.detach().cpu().double().numpy()
    new = np.zeros((hidden, channels, patch_size, patch_size))
    for a in range(hidden):
        for c in range(channels):
            solution, *_ = np.linalg.lstsq(R, old[a, c].ravel(), rcond=None)
            new[a, c] = solution.reshape(patch_size, patch_size)
    return torch.from_numpy(new).to(device=weight.device, dtype=weight.dtype)


# %% right: einops and vmap, as in the FlexiViT code, the pixels kept as two axes
import torch
from einops import rearrange
from torch.nn.functional import interpolate


def resize_patch_embedding(weight, patch_size):
    p = weight.shape[-1]
    dtype = weight.dtype
    basis = rearrange(torch.eye(p * p), "n (h w) -> n 1 h w", h=p)
    resized = interpolate(basis, (patch_size, patch_size), mode="bilinear")
    resize_mat = rearrange(resized, "n 1 h w -> (h w) n")
    resize_mat_pinv = torch.linalg.pinv(resize_mat.T).to(weight.device)

    def resample_kernel(kernel):
        return (resize_mat_pinv @ kernel.reshape(-1)).reshape(patch_size, patch_size)

    return torch.vmap(torch.vmap(resample_kernel))(weight.to(torch.float32)).to(dtype)


# %% wrong: the kernel is enlarged like an image
import torch
import torch.nn.functional as F


def resize_patch_embedding(weight, patch_size):
    return F.interpolate(weight, size=(patch_size, patch_size), mode="bilinear")


# %% wrong: the kernel is enlarged like an image, then divided by the ratio of areas
import torch
import torch.nn.functional as F


def resize_patch_embedding(weight, patch_size):
    p = weight.shape[-1]
    bigger = F.interpolate(weight.float(), size=(patch_size, patch_size), mode="bilinear")
    return (bigger * (p / patch_size) ** 2).to(weight.dtype)


# %% wrong: R transposed in place of its pseudo-inverse
import torch
import torch.nn.functional as F


def resize_patch_embedding(weight, patch_size):
    hidden, channels, p, _ = weight.shape
    eye = torch.eye(p * p, device=weight.device).view(p * p, 1, p, p)
    R = F.interpolate(eye, size=(patch_size, patch_size), mode="bilinear").view(p * p, -1)
    w = weight.float().flatten(2)
    return (w @ R).view(hidden, channels, patch_size, patch_size).to(weight.dtype)


# %% wrong: resizes from the new size to the old and takes that as the inverse
import torch
import torch.nn.functional as F


def resize_patch_embedding(weight, patch_size):
    hidden, channels, p, _ = weight.shape
    n = patch_size * patch_size
    eye = torch.eye(n, device=weight.device).reshape(n, 1, patch_size, patch_size)
    back = F.interpolate(eye, size=(p, p), mode="bilinear").reshape(n, p * p)
    w = weight.float().reshape(hidden * channels, p * p).T
    new = back @ w
    return new.T.reshape(hidden, channels, patch_size, patch_size).to(weight.dtype)


# %% wrong: align_corners=True
import torch
import torch.nn.functional as F


def resize_patch_embedding(weight, patch_size):
    hidden, channels, p, _ = weight.shape
    eye = torch.eye(p * p, device=weight.device).reshape(p * p, 1, p, p)
    R = F.interpolate(eye, size=(patch_size, patch_size), mode="bilinear", align_corners=True)
    R = R.reshape(p * p, patch_size**2)
    w = weight.float().reshape(hidden * channels, p * p).T
    new = torch.linalg.pinv(R) @ w
    return new.T.reshape(hidden, channels, patch_size, patch_size).to(weight.dtype)


# %% wrong: antialias=True, seen only where patches shrink
import torch
import torch.nn.functional as F


def resize_patch_embedding(weight, patch_size):
    hidden, channels, p, _ = weight.shape
    eye = torch.eye(p * p, device=weight.device).reshape(p * p, 1, p, p)
    R = F.interpolate(eye, size=(patch_size, patch_size), mode="bilinear", antialias=True).flatten(1)
    w = weight.float().reshape(hidden * channels, p * p).T
    new = torch.linalg.pinv(R) @ w
    return new.T.reshape(hidden, channels, patch_size, patch_size).to(weight.dtype)


# %% wrong: reshape(p * p, -1) in place of a transpose mixes the kernels
import torch
import torch.nn.functional as F


def resize_patch_embedding(weight, patch_size):
    hidden, channels, p, _ = weight.shape
    eye = torch.eye(p * p, device=weight.device).reshape(p * p, 1, p, p)
    R = F.interpolate(eye, size=(patch_size, patch_size), mode="bilinear").flatten(1)
    w = weight.float().reshape(p * p, hidden * channels)
    new = torch.linalg.pinv(R) @ w
    return new.reshape(hidden, channels, patch_size, patch_size).to(weight.dtype)


# %% wrong: float32 comes back, whatever the dtype of weight
import torch
import torch.nn.functional as F


def resize_patch_embedding(weight, patch_size):
    hidden, channels, p, _ = weight.shape
    eye = torch.eye(p * p, device=weight.device).reshape(p * p, 1, p, p)
    R = F.interpolate(eye, size=(patch_size, patch_size), mode="bilinear").flatten(1)
    w = weight.float().flatten(2)
    new = torch.einsum("np,hcp->hcn", torch.linalg.pinv(R), w)
    return new.unflatten(-1, (patch_size, patch_size))


# %% wrong: the eye is resized as one picture, along the flattened pixels
import torch
import torch.nn.functional as F


def resize_patch_embedding(weight, patch_size):
    hidden, channels, p, _ = weight.shape
    eye = torch.eye(p * p, device=weight.device)[None, None]
    R = F.interpolate(eye, size=(p * p, patch_size * patch_size), mode="bilinear")[0, 0]
    w = weight.float().reshape(hidden * channels, p * p).T
    new = torch.linalg.pinv(R) @ w
    return new.T.reshape(hidden, channels, patch_size, patch_size).to(weight.dtype)


# %% wrong: torch.linalg.solve, which wants a square R and raises
import torch
import torch.nn.functional as F


def resize_patch_embedding(weight, patch_size):
    hidden, channels, p, _ = weight.shape
    eye = torch.eye(p * p, device=weight.device).reshape(p * p, 1, p, p)
    R = F.interpolate(eye, size=(patch_size, patch_size), mode="bilinear").flatten(1)
    w = weight.float().reshape(hidden * channels, p * p).T
    new = torch.linalg.solve(R, w)
    return new.T.reshape(hidden, channels, patch_size, patch_size).to(weight.dtype)
