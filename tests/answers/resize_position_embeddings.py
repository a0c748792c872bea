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


# %% right: movedim and unflatten
def resize_position_embeddings(position_embeddings, grid):
    rows, columns = grid
    cls = position_embeddings[:, :1]
    patches = position_embeddings[:, 1:]
    side = math.isqrt(patches.shape[1])
    picture = patches.movedim(-1, 1).unflatten(-1, (side, side))
    picture = F.interpolate(picture, size=(rows, columns), mode="bilinear", align_corners=False)
    return torch.cat((cls, picture.flatten(2).movedim(1, -1)), dim=1)


# %% right: a matrix for the rows and one for the columns
def resize_position_embeddings(position_embeddings, grid):
    rows, columns = grid
    cls, patches = position_embeddings[0, :1], position_embeddings[0, 1:]
    side = round(math.sqrt(len(patches)))
    eye = torch.eye(side, dtype=patches.dtype, device=patches.device)[None]
    down = F.interpolate(eye, size=rows, mode="linear", align_corners=False)[0]
    across = F.interpolate(eye, size=columns, mode="linear", align_corners=False)[0]
    old = patches.reshape(side, side, -1)
    new = torch.einsum("ir,jc,ijh->rch", down, across, old)
    return torch.cat([cls, new.flatten(0, 1)])[None]


# %% right: the four neighbours by hand
def neighbours(old, new, like):
    where = (torch.arange(new, dtype=like.dtype, device=like.device) + 0.5) * old / new - 0.5
    where = where.clamp(min=0)
    low = where.floor().long().clamp(max=old - 1)
    high = (low + 1).clamp(max=old - 1)
    return low, high, where - low


def resize_position_embeddings(position_embeddings, grid):
    rows, columns = grid
    patches = position_embeddings[0, 1:]
    side = math.isqrt(patches.shape[0])
    old = rearrange(patches, "(r c) h -> r c h", r=side)
    top, bottom, down = neighbours(side, rows, patches)
    left, right, across = neighbours(side, columns, patches)
    down = down[:, None, None]
    across = across[None, :, None]
    tall = old[top] * (1 - down) + old[bottom] * down
    new = tall[:, left] * (1 - across) + tall[:, right] * across
    return torch.cat([position_embeddings[:, :1], new.reshape(1, rows * columns, -1)], dim=1)


# %% wrong: left alone whenever the number of patches is the same
def resize_position_embeddings(position_embeddings, grid):
    rows, columns = grid
    cls, patches = position_embeddings[:, :1], position_embeddings[:, 1:]
    if patches.shape[1] == rows * columns:
        return position_embeddings
    side = math.isqrt(patches.shape[1])
    picture = rearrange(patches, "1 (r c) h -> 1 h r c", r=side)
    picture = F.interpolate(picture, size=(rows, columns), mode="bilinear", align_corners=False)
    return torch.cat([cls, rearrange(picture, "1 h r c -> 1 (r c) h")], dim=1)


# %% wrong: antialiasing switched on
def resize_position_embeddings(position_embeddings, grid):
    rows, columns = grid
    cls, patches = position_embeddings[:, :1], position_embeddings[:, 1:]
    side = math.isqrt(patches.shape[1])
    picture = rearrange(patches, "1 (r c) h -> 1 h r c", r=side)
    picture = F.interpolate(picture, size=(rows, columns), mode="bilinear", align_corners=False, antialias=True)
    return torch.cat([cls, rearrange(picture, "1 h r c -> 1 (r c) h")], dim=1)


# %% wrong: the new patches are listed column by column
def resize_position_embeddings(position_embeddings, grid):
    rows, columns = grid
    cls, patches = position_embeddings[:, :1], position_embeddings[:, 1:]
    side = math.isqrt(patches.shape[1])
    picture = rearrange(patches, "1 (r c) h -> 1 h r c", r=side)
    picture = F.interpolate(picture, size=(rows, columns), mode="bilinear", align_corners=False)
    return torch.cat([cls, picture.transpose(1, 3).flatten(1, 2)], dim=1)


# %% wrong: one scale factor, from the rows
def resize_position_embeddings(position_embeddings, grid):
    rows, columns = grid
    cls, patches = position_embeddings[:, :1], position_embeddings[:, 1:]
    side = math.isqrt(patches.shape[1])
    picture = rearrange(patches, "1 (r c) h -> 1 h r c", r=side)
    picture = F.interpolate(picture, scale_factor=rows / side, mode="bilinear", align_corners=False)
    return torch.cat([cls, rearrange(picture, "1 h r c -> 1 (r c) h")], dim=1)


# %% wrong: bicubic, once more
def resize_position_embeddings(position_embeddings, grid):
    rows, columns = grid
    cls, patches = position_embeddings[:, :1], position_embeddings[:, 1:]
    side = math.isqrt(patches.shape[1])
    picture = rearrange(patches, "1 (r c) h -> 1 h r c", r=side)
    picture = F.interpolate(picture, size=(rows, columns), mode="bicubic", align_corners=False)
    return torch.cat([cls, rearrange(picture, "1 h r c -> 1 (r c) h")], dim=1)


# %% wrong: linear along the row of patches, not in the plane
def resize_position_embeddings(position_embeddings, grid):
    rows, columns = grid
    cls, patches = position_embeddings[:, :1], position_embeddings[:, 1:]
    line = patches.transpose(1, 2)
    line = F.interpolate(line, size=rows * columns, mode="linear", align_corners=False)
    return torch.cat([cls, line.transpose(1, 2)], dim=1)


# %% wrong: a smaller grid is cut out of the old one
def resize_position_embeddings(position_embeddings, grid):
    rows, columns = grid
    cls, patches = position_embeddings[:, :1], position_embeddings[:, 1:]
    side = math.isqrt(patches.shape[1])
    picture = rearrange(patches, "1 (r c) h -> 1 h r c", r=side)
    if rows <= side and columns <= side:
        picture = picture[:, :, :rows, :columns]
    else:
        picture = F.interpolate(picture, size=(rows, columns), mode="bilinear", align_corners=False)
    return torch.cat([cls, rearrange(picture, "1 h r c -> 1 (r c) h")], dim=1)


# %% wrong: remembers the answer by shape and grid
_resized = {}


def resize_position_embeddings(position_embeddings, grid):
    rows, columns = grid
    key = (tuple(position_embeddings.shape), rows, columns)
    if key not in _resized:
        cls, patches = position_embeddings[:, :1], position_embeddings[:, 1:]
        side = math.isqrt(patches.shape[1])
        picture = rearrange(patches, "1 (r c) h -> 1 h r c", r=side)
        picture = F.interpolate(picture, size=(rows, columns), mode="bilinear", align_corners=False)
        _resized[key] = torch.cat([cls, rearrange(picture, "1 h r c -> 1 (r c) h")], dim=1)
    return _resized[key]


# %% right: with einops there and back
def resize_position_embeddings(position_embeddings, grid):
    side = math.isqrt(position_embeddings.shape[1] - 1)
    token, places = position_embeddings.split([1, side * side], dim=1)
    picture = rearrange(places, "b (h w) d -> b d h w", h=side)
    picture = F.interpolate(picture, size=tuple(grid), mode="bilinear", align_corners=False)
    return torch.cat([token, rearrange(picture, "b d h w -> b (h w) d")], dim=1)


# %% right: with a matrix for each side
def interpolation_matrix(old, new, like):
    place = (torch.arange(new, dtype=like.dtype, device=like.device) + 0.5) * old / new - 0.5
    place = place.clamp(0, old - 1)
    low = place.floor().long()
    high = (low + 1).clamp(max=old - 1)
    share = place - low
    line = torch.arange(new, device=like.device)
    matrix = like.new_zeros(new, old)
    matrix[line, low] += 1 - share
    matrix[line, high] += share
    return matrix


def resize_position_embeddings(position_embeddings, grid):
    rows, columns = grid
    side = round(math.sqrt(position_embeddings.shape[1] - 1))
    picture = position_embeddings[:, 1:].unflatten(1, (side, side))
    down = interpolation_matrix(side, rows, position_embeddings)
    across = interpolation_matrix(side, columns, position_embeddings)
    picture = torch.einsum("rh,cw,bhwd->brcd", down, across, picture)
    return torch.cat([position_embeddings[:, :1], picture.flatten(1, 2)], dim=1)


# %% right: with an nn.Upsample and mT
def resize_position_embeddings(position_embeddings, grid):
    hidden = position_embeddings.shape[-1]
    side = int((position_embeddings.shape[1] - 1) ** 0.5)
    upsample = nn.Upsample(size=(grid[0], grid[1]), mode="bilinear", align_corners=False)
    picture = position_embeddings[:, 1:].mT.reshape(1, hidden, side, side)
    places = upsample(picture).flatten(2).mT
    return torch.hstack((position_embeddings[:, :1], places))


# %% wrong: the class token is not put back
def resize_position_embeddings(position_embeddings, grid):
    patches = position_embeddings[:, 1:]
    side = int(math.sqrt(patches.shape[1]))
    picture = rearrange(patches, "b (h w) d -> b d h w", h=side, w=side)
    picture = F.interpolate(picture, size=grid, mode="bilinear", align_corners=False)
    return rearrange(picture, "b d h w -> b (h w) d")


# %% wrong: corners aligned again
def resize_position_embeddings(position_embeddings, grid):
    cls, patches = position_embeddings[:, :1], position_embeddings[:, 1:]
    side = int(math.sqrt(patches.shape[1]))
    picture = rearrange(patches, "b (h w) d -> b d h w", h=side, w=side)
    picture = F.interpolate(picture, size=grid, mode="bilinear", align_corners=True)
    return torch.cat([cls, rearrange(picture, "b d h w -> b (h w) d")], dim=1)


# %% wrong: takes the last position for the class token's
def resize_position_embeddings(position_embeddings, grid):
    patches, cls = position_embeddings[:, :-1], position_embeddings[:, -1:]
    side = int(math.sqrt(patches.shape[1]))
    picture = rearrange(patches, "b (h w) d -> b d h w", h=side, w=side)
    picture = F.interpolate(picture, size=grid, mode="bilinear", align_corners=False)
    return torch.cat([rearrange(picture, "b d h w -> b (h w) d"), cls], dim=1)


# %% wrong: rows and columns swapped
def resize_position_embeddings(position_embeddings, grid):
    columns, rows = grid
    cls, patches = position_embeddings[:, :1], position_embeddings[:, 1:]
    side = int(math.sqrt(patches.shape[1]))
    picture = rearrange(patches, "b (h w) d -> b d h w", h=side, w=side)
    picture = F.interpolate(picture, size=(rows, columns), mode="bilinear", align_corners=False)
    return torch.cat([cls, rearrange(picture, "b d h w -> b (h w) d")], dim=1)


# %% wrong: reshapes to a picture without moving the hidden axis
def resize_position_embeddings(position_embeddings, grid):
    rows, columns = grid
    cls, patches = position_embeddings[:, :1], position_embeddings[:, 1:]
    _, n, hidden = patches.shape
    side = int(math.sqrt(n))
    picture = patches.reshape(1, hidden, side, side)
    picture = F.interpolate(picture, size=(rows, columns), mode="bilinear", align_corners=False)
    patches = picture.flatten(2).transpose(1, 2)
    return torch.cat([cls, patches], dim=1)


# %% wrong: bicubic again
def resize_position_embeddings(position_embeddings, grid):
    cls, patches = position_embeddings[:, :1], position_embeddings[:, 1:]
    side = int(math.sqrt(patches.shape[1]))
    picture = rearrange(patches, "b (h w) d -> b d h w", h=side, w=side)
    picture = F.interpolate(picture, size=grid, mode="bicubic", align_corners=False)
    return torch.cat([cls, rearrange(picture, "b d h w -> b (h w) d")], dim=1)


# %% wrong: returns early where the number of patches is the same
def resize_position_embeddings(position_embeddings, grid):
    rows, columns = grid
    cls, patches = position_embeddings[:, :1], position_embeddings[:, 1:]
    if patches.shape[1] == rows * columns:
        return position_embeddings
    side = int(math.sqrt(patches.shape[1]))
    picture = rearrange(patches, "b (h w) d -> b d h w", h=side, w=side)
    picture = F.interpolate(picture, size=(rows, columns), mode="bilinear", align_corners=False)
    return torch.cat([cls, rearrange(picture, "b d h w -> b (h w) d")], dim=1)
