# %% right: another way (by_two_loops)
def patchify(images, patch_size):
    found = []
    for top in range(0, images.shape[2], patch_size):
        for left in range(0, images.shape[3], patch_size):
            patch = images[:, :, top : top + patch_size, left : left + patch_size]
            found.append(patch.permute(0, 2, 3, 1).flatten(1))
    return torch.stack(found, dim=1)


# %% right: reshape and permute
def patchify(images, patch_size):
    b, c, h, w = images.shape
    x = images.reshape(b, c, h // patch_size, patch_size, w // patch_size, patch_size)
    x = x.permute(0, 2, 4, 3, 5, 1)
    return x.reshape(b, -1, patch_size * patch_size * c)


# %% right: unfold
def patchify(images, patch_size):
    c = images.shape[1]
    cols = F.unfold(images, patch_size, stride=patch_size)
    return rearrange(cols, "b (c v) n -> b n (v c)", c=c)


# %% right: slices
def patchify(images, patch_size):
    patches = []
    for i in range(0, images.shape[2], patch_size):
        for j in range(0, images.shape[3], patch_size):
            p = images[:, :, i : i + patch_size, j : j + patch_size]
            patches.append(p.permute(0, 2, 3, 1).flatten(1))
    return torch.stack(patches, dim=1)


# %% wrong: channels first
def patchify(images, patch_size):
    b, c, h, w = images.shape
    x = images.reshape(b, c, h // patch_size, patch_size, w // patch_size, patch_size)
    x = x.permute(0, 2, 4, 1, 3, 5)
    return x.reshape(b, -1, patch_size * patch_size * c)


# %% wrong: columns first
def patchify(images, patch_size):
    b, c, h, w = images.shape
    x = images.reshape(b, c, h // patch_size, patch_size, w // patch_size, patch_size)
    x = x.permute(0, 4, 2, 3, 5, 1)
    return x.reshape(b, -1, patch_size * patch_size * c)


# %% wrong: transposed patches
def patchify(images, patch_size):
    b, c, h, w = images.shape
    x = images.reshape(b, c, h // patch_size, patch_size, w // patch_size, patch_size)
    x = x.permute(0, 2, 4, 5, 3, 1)
    return x.reshape(b, -1, patch_size * patch_size * c)


# %% wrong: reshape alone
def patchify(images, patch_size):
    b, c, h, w = images.shape
    x = images.reshape(b, c, h // patch_size, patch_size, w // patch_size, patch_size)
    return x.reshape(b, -1, patch_size * patch_size * c)


# %% wrong: strips
def patchify(images, patch_size):
    b, c, h, w = images.shape
    x = images.reshape(b, c, h // patch_size, patch_size, w // patch_size, patch_size)
    x = x.permute(0, 2, 3, 4, 5, 1)
    return x.reshape(b, -1, patch_size * patch_size * c)


# %% wrong: three channels
def patchify(images, patch_size):
    b, c, h, w = images.shape
    x = images.reshape(b, c, h // patch_size, patch_size, w // patch_size, patch_size)
    x = x.permute(0, 2, 4, 3, 5, 1)
    return x.reshape(b, -1, patch_size * patch_size * 3)


# %% wrong: unfold as it comes
def patchify(images, patch_size):
    return F.unfold(images, patch_size, stride=patch_size)


# %% wrong: unfold transposed
def patchify(images, patch_size):
    return F.unfold(images, patch_size, stride=patch_size).transpose(1, 2)


# %% wrong: grid kept
def patchify(images, patch_size):
    b, c, h, w = images.shape
    x = images.reshape(b, c, h // patch_size, patch_size, w // patch_size, patch_size)
    x = x.permute(0, 2, 4, 3, 5, 1)
    return x.reshape(b, h // patch_size, w // patch_size, -1)


# %% wrong: patch_size patches a side
def patchify(images, patch_size):
    b, c, h, w = images.shape
    x = images.reshape(b, c, patch_size, h // patch_size, patch_size, w // patch_size)
    x = x.permute(0, 2, 4, 3, 5, 1)
    return x.reshape(b, -1, c * (h // patch_size) * (w // patch_size))


# %% wrong: batch joined
def patchify(images, patch_size):
    b, c, h, w = images.shape
    x = images.reshape(b, c, h // patch_size, patch_size, w // patch_size, patch_size)
    x = x.permute(0, 2, 4, 3, 5, 1)
    return x.reshape(-1, patch_size * patch_size * c)


# %% wrong: first image
def patchify(images, patch_size):
    b, c, h, w = images.shape
    x = images.reshape(b, c, h // patch_size, patch_size, w // patch_size, patch_size)
    x = x.permute(0, 2, 4, 3, 5, 1)
    x = x[:1]
    return x.reshape(1, -1, patch_size * patch_size * c)


# %% right: pixel_unshuffle and then a rearrange
def patchify(images, patch_size):
    packed = F.pixel_unshuffle(images, patch_size)
    return rearrange(packed, "b (c p q) h w -> b (h w) (p q c)", p=patch_size, q=patch_size)


# %% right: a table of pixel numbers
def patchify(images, patch_size):
    b, c, h, w = images.shape
    p = patch_size
    numbers = torch.arange(h * w, device=images.device).view(h // p, p, w // p, p)
    numbers = numbers.transpose(1, 2).reshape(-1, p * p)
    pixels = images.flatten(2).transpose(1, 2)
    return pixels[:, numbers].flatten(2)


# %% right: Tensor.unfold twice and permute
def patchify(images, patch_size):
    windows = images.unfold(2, patch_size, patch_size).unfold(3, patch_size, patch_size)
    b, c, rows, cols, p, q = windows.shape
    return windows.permute(0, 2, 3, 4, 5, 1).reshape(b, rows * cols, p * q * c)


# %% wrong: chunk takes a number of pieces, not their size
def patchify(images, patch_size):
    patches = []
    for band in images.chunk(patch_size, dim=2):
        for patch in band.chunk(patch_size, dim=3):
            patches.append(patch.permute(0, 2, 3, 1).flatten(1))
    return torch.stack(patches, dim=1)


# %% wrong: stacked in front and reshaped, which mixes the images of a batch
def patchify(images, patch_size):
    b, c, h, w = images.shape
    patches = []
    for top in range(0, h, patch_size):
        for left in range(0, w, patch_size):
            patch = images[:, :, top : top + patch_size, left : left + patch_size]
            patches.append(patch.permute(0, 2, 3, 1).reshape(b, -1))
    return torch.stack(patches).reshape(b, len(patches), -1)


# %% wrong: the output is allocated in the default dtype
def patchify(images, patch_size):
    b, c, h, w = images.shape
    p = patch_size
    cols = w // p
    out = torch.zeros(b, (h // p) * cols, p * p * c)
    for n in range(out.shape[1]):
        i, j = divmod(n, cols)
        patch = images[:, :, i * p : (i + 1) * p, j * p : (j + 1) * p]
        out[:, n] = patch.permute(0, 2, 3, 1).flatten(1)
    return out


# %% wrong: read as if the channels were last already
def patchify(images, patch_size):
    b, c, h, w = images.shape
    p = patch_size
    grid = images.reshape(b, h // p, p, w // p, p, c)
    return grid.permute(0, 1, 3, 2, 4, 5).reshape(b, -1, p * p * c)


# %% wrong: the table is kept by patch size only
_tables = {}


def patchify(images, patch_size):
    b, c, h, w = images.shape
    if patch_size not in _tables:
        numbers = torch.arange(h * w)
        _tables[patch_size] = rearrange(
            numbers, "(h p w q) -> (h w) (p q)", h=h // patch_size, p=patch_size, q=patch_size
        )
    pixels = rearrange(images, "b c h w -> b (h w) c")
    return pixels[:, _tables[patch_size]].flatten(2)


# %% wrong: pads a whole patch when nothing is missing
def patchify(images, patch_size):
    h, w = images.shape[-2:]
    below = patch_size - h % patch_size
    right = patch_size - w % patch_size
    images = F.pad(images, (0, right, 0, below))
    return rearrange(images, "b c (h p) (w q) -> b (h w) (p q c)", p=patch_size, q=patch_size)


# %% wrong: the number of a patch counts with the rows, not the columns
def patchify(images, patch_size):
    b, c, h, w = images.shape
    p = patch_size
    rows, cols = h // p, w // p
    pixels = images.permute(0, 2, 3, 1)
    out = images.new_zeros(b, rows * cols, p * p * c)
    for i in range(rows):
        for j in range(cols):
            out[:, i * rows + j] = pixels[:, i * p : (i + 1) * p, j * p : (j + 1) * p].flatten(1)
    return out


# %% wrong: the channels lie between the rows and the columns of a patch
def patchify(images, patch_size):
    return rearrange(images, "b c (h p) (w q) -> b (h w) (p c q)", p=patch_size, q=patch_size)


# %% right: with a loop over the patches
def patchify(images, patch_size):
    height, width = images.shape[2:]
    patches = []
    for top in range(0, height, patch_size):
        for left in range(0, width, patch_size):
            patch = images[:, :, top : top + patch_size, left : left + patch_size]
            patches.append(patch.permute(0, 2, 3, 1).flatten(1))
    return torch.stack(patches, dim=1)


# %% right: with F.unfold and the channels moved back
def patchify(images, patch_size):
    batch, channels = images.shape[:2]
    columns = F.unfold(images, kernel_size=patch_size, stride=patch_size)
    columns = columns.reshape(batch, channels, patch_size * patch_size, -1)
    return columns.permute(0, 3, 2, 1).flatten(2)


# %% right: with the unfold of tensors, twice
def patchify(images, patch_size):
    batch, channels, height, width = images.shape
    windows = images.unfold(2, patch_size, patch_size).unfold(3, patch_size, patch_size)
    windows = torch.movedim(windows, 1, -1)
    count = (height // patch_size) * (width // patch_size)
    return windows.reshape(batch, count, patch_size**2 * channels)


# %% wrong: the channels of a patch come first
def patchify(images, patch_size):
    return rearrange(images, "b c (h p1) (w p2) -> b (h w) (c p1 p2)", p1=patch_size, p2=patch_size)


# %% wrong: only reshapes
def patchify(images, patch_size):
    batch, channels, height, width = images.shape
    n = (height // patch_size) * (width // patch_size)
    return images.reshape(batch, n, patch_size * patch_size * channels)


# %% wrong: the patches come column by column
def patchify(images, patch_size):
    return rearrange(images, "b c (h p1) (w p2) -> b (w h) (p1 p2 c)", p1=patch_size, p2=patch_size)


# %% wrong: the pixels of a patch come column by column
def patchify(images, patch_size):
    b, c, h, w = images.shape
    rows, cols = h // patch_size, w // patch_size
    x = images.reshape(b, c, rows, patch_size, cols, patch_size)
    x = x.permute(0, 2, 4, 5, 3, 1)
    return x.reshape(b, rows * cols, -1)


# %% wrong: fills a tensor of the default dtype
def patchify(images, patch_size):
    b, c, h, w = images.shape
    rows, cols = h // patch_size, w // patch_size
    out = torch.zeros(b, rows * cols, patch_size * patch_size * c)
    for i in range(rows):
        for j in range(cols):
            patch = images[:, :, i * patch_size : (i + 1) * patch_size, j * patch_size : (j + 1) * patch_size]
            out[:, i * cols + j] = patch.permute(0, 2, 3, 1).reshape(b, -1)
    return out


# %% wrong: the same number of patches along both sides
def patchify(images, patch_size):
    side = images.shape[-1] // patch_size
    return rearrange(images, "b c (h p1) (w p2) -> b (h w) (p1 p2 c)", h=side, w=side, p1=patch_size)


# %% wrong: patch and pixel swapped in the brackets
def patchify(images, patch_size):
    return rearrange(images, "b c (p1 h) (p2 w) -> b (h w) (p1 p2 c)", p1=patch_size, p2=patch_size)
