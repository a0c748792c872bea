# %% right: another way (by_view_and_permute)
def unpatchify(patches, patch_size, grid):
    rows, columns = grid
    parts = patches.view(len(patches), rows, columns, patch_size, patch_size, -1)
    return parts.permute(0, 5, 1, 3, 2, 4).reshape(len(patches), -1, rows * patch_size, columns * patch_size)


# %% right: reshape and permute
def unpatchify(patches, patch_size, grid):
    b, n, v = patches.shape
    rows, columns = grid
    x = patches.reshape(b, rows, columns, patch_size, patch_size, -1)
    x = x.permute(0, 5, 1, 3, 2, 4)
    return x.reshape(b, -1, rows * patch_size, columns * patch_size)


# %% right: einops
def unpatchify(patches, patch_size, grid):
    return rearrange(patches, "b (r k) (p q c) -> b c (r p) (k q)", r=grid[0], k=grid[1], p=patch_size, q=patch_size)


# %% right: patch by patch
def unpatchify(patches, patch_size, grid):
    rows = []
    for r in range(grid[0]):
        row = patches[:, r * grid[1]:(r + 1) * grid[1]].unflatten(2, (patch_size, patch_size, -1))
        rows.append(torch.cat(row.unbind(1), dim=2))
    return torch.cat(rows, dim=1).permute(0, 3, 1, 2)


# %% wrong: channels first in a patch
def unpatchify(patches, patch_size, grid):
    b, n, v = patches.shape
    rows, columns = grid
    x = patches.reshape(b, rows, columns, -1, patch_size, patch_size)
    x = x.permute(0, 3, 1, 4, 2, 5)
    return x.reshape(b, -1, rows * patch_size, columns * patch_size)


# %% wrong: grid the other way round
def unpatchify(patches, patch_size, grid):
    b, n, v = patches.shape
    columns, rows = grid
    x = patches.reshape(b, rows, columns, patch_size, patch_size, -1)
    x = x.permute(0, 5, 1, 3, 2, 4)
    return x.reshape(b, -1, rows * patch_size, columns * patch_size)


# %% wrong: transposed patches
def unpatchify(patches, patch_size, grid):
    b, n, v = patches.shape
    rows, columns = grid
    x = patches.reshape(b, rows, columns, patch_size, patch_size, -1)
    x = x.permute(0, 5, 1, 4, 2, 3)
    return x.reshape(b, -1, rows * patch_size, columns * patch_size)


# %% wrong: channels last
def unpatchify(patches, patch_size, grid):
    b, n, v = patches.shape
    rows, columns = grid
    x = patches.reshape(b, rows, columns, patch_size, patch_size, -1)
    x = x.permute(0, 1, 3, 2, 4, 5)
    return x.reshape(b, rows * patch_size, columns * patch_size, -1)


# %% wrong: reshape alone
def unpatchify(patches, patch_size, grid):
    b, n, v = patches.shape
    rows, columns = grid
    x = patches.reshape(b, rows, columns, patch_size, patch_size, -1)
    return x.reshape(b, -1, rows * patch_size, columns * patch_size)


# %% wrong: axes not woven
def unpatchify(patches, patch_size, grid):
    b, n, v = patches.shape
    rows, columns = grid
    x = patches.reshape(b, rows, columns, patch_size, patch_size, -1)
    x = x.permute(0, 5, 1, 2, 3, 4)
    return x.reshape(b, -1, rows * patch_size, columns * patch_size)


# %% wrong: square grid
def unpatchify(patches, patch_size, grid):
    b, n, v = patches.shape
    rows = columns = int(n**0.5)
    x = patches.reshape(b, rows, columns, patch_size, patch_size, -1)
    x = x.permute(0, 5, 1, 3, 2, 4)
    return x.reshape(b, -1, rows * patch_size, columns * patch_size)


# %% wrong: three channels
def unpatchify(patches, patch_size, grid):
    b, n, v = patches.shape
    rows, columns = grid
    x = patches.reshape(b, rows, columns, patch_size, patch_size, -1)
    x = x.permute(0, 5, 1, 3, 2, 4)
    return x.reshape(b, 3, rows * patch_size, columns * patch_size)


# %% wrong: fold as it is
def unpatchify(patches, patch_size, grid):
    size = grid[0] * patch_size, grid[1] * patch_size
    return F.fold(patches.transpose(1, 2), size, patch_size, stride=patch_size)


# %% wrong: columns first
def unpatchify(patches, patch_size, grid):
    b, n, v = patches.shape
    rows, columns = grid
    x = patches.reshape(b, columns, rows, patch_size, patch_size, -1)
    x = x.permute(0, 5, 2, 3, 1, 4)
    return x.reshape(b, -1, rows * patch_size, columns * patch_size)
