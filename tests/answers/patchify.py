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
            p = images[:, :, i:i + patch_size, j:j + patch_size]
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
