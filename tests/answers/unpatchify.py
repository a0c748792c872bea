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
        row = patches[:, r * grid[1] : (r + 1) * grid[1]].unflatten(2, (patch_size, patch_size, -1))
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


# %% right: puts each patch in its place
def unpatchify(patches, patch_size, grid):
    rows, columns = grid
    batch, count, values = patches.shape
    channels = values // patch_size**2
    images = patches.new_empty(batch, channels, rows * patch_size, columns * patch_size)
    for index in range(count):
        top, left = (patch_size * place for place in divmod(index, columns))
        patch = patches[:, index].reshape(batch, patch_size, patch_size, channels)
        images[:, :, top : top + patch_size, left : left + patch_size] = patch.permute(0, 3, 1, 2)
    return images


# %% right: with F.fold
def unpatchify(patches, patch_size, grid):
    batch, count, values = patches.shape
    area = patch_size * patch_size
    channels = values // area
    columns = patches.reshape(batch, count, area, channels).permute(0, 3, 2, 1)
    columns = columns.reshape(batch, channels * area, count)
    size = (grid[0] * patch_size, grid[1] * patch_size)
    return F.fold(columns, output_size=size, kernel_size=patch_size, stride=patch_size)


# %% right: joins rows of patches with cat
def unpatchify(patches, patch_size, grid):
    rows, columns = grid
    pictures = patches.unflatten(-1, (patch_size, patch_size, -1))
    bands = []
    for row in range(rows):
        band = [pictures[:, row * columns + column] for column in range(columns)]
        bands.append(torch.cat(band, dim=2))
    return torch.cat(bands, dim=1).permute(0, 3, 1, 2)


# %% wrong: takes the grid as columns and rows
def unpatchify(patches, patch_size, grid):
    w, h = grid
    return rearrange(patches, "b (h w) (p1 p2 c) -> b c (h p1) (w p2)", h=h, w=w, p1=patch_size, p2=patch_size)


# %% wrong: a square grid from the number of patches
def unpatchify(patches, patch_size, grid):
    side = int(math.sqrt(patches.shape[1]))
    return rearrange(patches, "b (h w) (p1 p2 c) -> b c (h p1) (w p2)", h=side, p1=patch_size, p2=patch_size)


# %% wrong: the channels are read first
def unpatchify(patches, patch_size, grid):
    h, w = grid
    return rearrange(patches, "b (h w) (c p1 p2) -> b c (h p1) (w p2)", h=h, w=w, p1=patch_size, p2=patch_size)


# %% wrong: only reshapes
def unpatchify(patches, patch_size, grid):
    rows, columns = grid
    batch = patches.shape[0]
    channels = patches.shape[2] // (patch_size * patch_size)
    return patches.reshape(batch, channels, rows * patch_size, columns * patch_size)


# %% wrong: always three channels
def unpatchify(patches, patch_size, grid):
    rows, columns = grid
    x = patches.reshape(patches.shape[0], rows, columns, patch_size, patch_size, 3)
    x = x.permute(0, 5, 1, 3, 2, 4)
    return x.reshape(patches.shape[0], 3, rows * patch_size, columns * patch_size)


# %% wrong: the channels stay last
def unpatchify(patches, patch_size, grid):
    h, w = grid
    return rearrange(patches, "b (h w) (p1 p2 c) -> b (h p1) (w p2) c", h=h, w=w, p1=patch_size, p2=patch_size)


# %% wrong: fills a tensor of the default dtype
def unpatchify(patches, patch_size, grid):
    rows, columns = grid
    batch, n, values = patches.shape
    c = values // (patch_size * patch_size)
    images = torch.zeros(batch, c, rows * patch_size, columns * patch_size)
    for i in range(rows):
        for j in range(columns):
            patch = patches[:, i * columns + j].reshape(batch, patch_size, patch_size, c)
            images[:, :, i * patch_size : (i + 1) * patch_size, j * patch_size : (j + 1) * patch_size] = patch.permute(
                0, 3, 1, 2
            )
    return images
