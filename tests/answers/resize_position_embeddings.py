# %% right: another way (by_hand)
def resize_position_embeddings(position_embeddings, grid):
    side = round((position_embeddings.shape[1] - 1) ** 0.5)
    image = position_embeddings[:, 1:].reshape(1, side, side, -1).permute(0, 3, 1, 2)
    image = nn.Upsample(size=grid, mode="bilinear")(image)
    return torch.cat((position_embeddings[:, 0:1], image.flatten(2).transpose(1, 2)), 1)


# %% right: permute
def resize_position_embeddings(position_embeddings, grid):
    token, patches = position_embeddings[:, :1], position_embeddings[:, 1:]
    side = int(math.sqrt(patches.shape[1]))
    picture = patches.reshape(1, side, side, -1).permute(0, 3, 1, 2)
    picture = F.interpolate(picture, size=tuple(grid), mode="bilinear", align_corners=False)
    patches = picture.flatten(2).transpose(1, 2)
    return torch.cat([token, patches], dim=1)


# %% right: einops
def resize_position_embeddings(position_embeddings, grid):
    token, patches = position_embeddings[:, :1], position_embeddings[:, 1:]
    side = int(math.sqrt(patches.shape[1]))
    picture = rearrange(patches, "1 (r c) d -> 1 d r c", r=side)
    picture = F.interpolate(picture, size=tuple(grid), mode="bilinear", align_corners=False)
    patches = rearrange(picture, "1 d r c -> 1 (r c) d")
    return torch.cat([token, patches], dim=1)


# %% right: isqrt and permute back
def resize_position_embeddings(position_embeddings, grid):
    token, patches = position_embeddings[:, :1], position_embeddings[:, 1:]
    side = math.isqrt(patches.shape[1])
    picture = patches.reshape(1, side, side, -1).permute(0, 3, 1, 2)
    picture = F.interpolate(picture, size=tuple(grid), mode="bilinear", align_corners=False)
    patches = picture.permute(0, 2, 3, 1).reshape(1, grid[0] * grid[1], -1)
    return torch.cat([token, patches], dim=1)


# %% wrong: class token forgotten at the end
def resize_position_embeddings(position_embeddings, grid):
    token, patches = position_embeddings[:, :1], position_embeddings[:, 1:]
    side = int(math.sqrt(patches.shape[1]))
    picture = patches.reshape(1, side, side, -1).permute(0, 3, 1, 2)
    picture = F.interpolate(picture, size=tuple(grid), mode="bilinear", align_corners=False)
    patches = picture.flatten(2).transpose(1, 2)
    return patches


# %% wrong: class token from the end
def resize_position_embeddings(position_embeddings, grid):
    token, patches = position_embeddings[:, -1:], position_embeddings[:, :-1]
    side = int(math.sqrt(patches.shape[1]))
    picture = patches.reshape(1, side, side, -1).permute(0, 3, 1, 2)
    picture = F.interpolate(picture, size=tuple(grid), mode="bilinear", align_corners=False)
    patches = picture.flatten(2).transpose(1, 2)
    return torch.cat([token, patches], dim=1)


# %% wrong: corners aligned
def resize_position_embeddings(position_embeddings, grid):
    token, patches = position_embeddings[:, :1], position_embeddings[:, 1:]
    side = int(math.sqrt(patches.shape[1]))
    picture = patches.reshape(1, side, side, -1).permute(0, 3, 1, 2)
    picture = F.interpolate(picture, size=tuple(grid), mode="bilinear", align_corners=True)
    patches = picture.flatten(2).transpose(1, 2)
    return torch.cat([token, patches], dim=1)


# %% wrong: bicubic
def resize_position_embeddings(position_embeddings, grid):
    token, patches = position_embeddings[:, :1], position_embeddings[:, 1:]
    side = int(math.sqrt(patches.shape[1]))
    picture = patches.reshape(1, side, side, -1).permute(0, 3, 1, 2)
    picture = F.interpolate(picture, size=tuple(grid), mode="bicubic", align_corners=False)
    patches = picture.flatten(2).transpose(1, 2)
    return torch.cat([token, patches], dim=1)


# %% wrong: nearest
def resize_position_embeddings(position_embeddings, grid):
    token, patches = position_embeddings[:, :1], position_embeddings[:, 1:]
    side = int(math.sqrt(patches.shape[1]))
    picture = patches.reshape(1, side, side, -1).permute(0, 3, 1, 2)
    picture = F.interpolate(picture, size=tuple(grid), mode="nearest")
    patches = picture.flatten(2).transpose(1, 2)
    return torch.cat([token, patches], dim=1)


# %% wrong: antialias
def resize_position_embeddings(position_embeddings, grid):
    token, patches = position_embeddings[:, :1], position_embeddings[:, 1:]
    side = int(math.sqrt(patches.shape[1]))
    picture = patches.reshape(1, side, side, -1).permute(0, 3, 1, 2)
    picture = F.interpolate(picture, size=tuple(grid), mode="bilinear", align_corners=False, antialias=True)
    patches = picture.flatten(2).transpose(1, 2)
    return torch.cat([token, patches], dim=1)


# %% wrong: grid turned
def resize_position_embeddings(position_embeddings, grid):
    token, patches = position_embeddings[:, :1], position_embeddings[:, 1:]
    side = int(math.sqrt(patches.shape[1]))
    picture = patches.reshape(1, side, side, -1).permute(0, 3, 1, 2)
    picture = F.interpolate(picture, size=(grid[1], grid[0]), mode="bilinear", align_corners=False)
    patches = picture.flatten(2).transpose(1, 2)
    return torch.cat([token, patches], dim=1)


# %% wrong: only where the number differs
def resize_position_embeddings(position_embeddings, grid):
    if position_embeddings.shape[1] == 1 + grid[0] * grid[1]:
        return position_embeddings
    token, patches = position_embeddings[:, :1], position_embeddings[:, 1:]
    side = int(math.sqrt(patches.shape[1]))
    picture = patches.reshape(1, side, side, -1).permute(0, 3, 1, 2)
    picture = F.interpolate(picture, size=tuple(grid), mode="bilinear", align_corners=False)
    patches = picture.flatten(2).transpose(1, 2)
    return torch.cat([token, patches], dim=1)


# %% wrong: reshape for permute
def resize_position_embeddings(position_embeddings, grid):
    token, patches = position_embeddings[:, :1], position_embeddings[:, 1:]
    side = int(math.sqrt(patches.shape[1]))
    picture = patches.reshape(1, -1, side, side)
    picture = F.interpolate(picture, size=tuple(grid), mode="bilinear", align_corners=False)
    patches = picture.flatten(2).transpose(1, 2)
    return torch.cat([token, patches], dim=1)


# %% wrong: no transpose back
def resize_position_embeddings(position_embeddings, grid):
    token, patches = position_embeddings[:, :1], position_embeddings[:, 1:]
    side = int(math.sqrt(patches.shape[1]))
    picture = patches.reshape(1, side, side, -1).permute(0, 3, 1, 2)
    picture = F.interpolate(picture, size=tuple(grid), mode="bilinear", align_corners=False)
    patches = picture.reshape(1, grid[0] * grid[1], -1)
    return torch.cat([token, patches], dim=1)


# %% wrong: token at the end
def resize_position_embeddings(position_embeddings, grid):
    token, patches = position_embeddings[:, :1], position_embeddings[:, 1:]
    side = int(math.sqrt(patches.shape[1]))
    picture = patches.reshape(1, side, side, -1).permute(0, 3, 1, 2)
    picture = F.interpolate(picture, size=tuple(grid), mode="bilinear", align_corners=False)
    patches = picture.flatten(2).transpose(1, 2)
    return torch.cat([patches, token], dim=1)


# %% wrong: square target
def resize_position_embeddings(position_embeddings, grid):
    token, patches = position_embeddings[:, :1], position_embeddings[:, 1:]
    side = int(math.sqrt(patches.shape[1]))
    picture = patches.reshape(1, side, side, -1).permute(0, 3, 1, 2)
    picture = F.interpolate(picture, size=(grid[0], grid[0]), mode="bilinear", align_corners=False)
    patches = picture.flatten(2).transpose(1, 2)
    return torch.cat([token, patches], dim=1)


# %% wrong: in one line along the tokens
def resize_position_embeddings(position_embeddings, grid):
    token, patches = position_embeddings[:, :1], position_embeddings[:, 1:]
    side = int(math.sqrt(patches.shape[1]))
    picture = patches.transpose(1, 2)
    picture = F.interpolate(picture, size=grid[0] * grid[1], mode="linear", align_corners=False)
    patches = picture.flatten(2).transpose(1, 2)
    return torch.cat([token, patches], dim=1)
