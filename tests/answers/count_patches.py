# %% right: another way (in one line)
def count_patches(height, width, patch):
    return height * width // patch**2


# %% right: rows times columns
def count_patches(height, width, patch_size):
    return (height // patch_size) * (width // patch_size)


# %% right: loops
def count_patches(height, width, patch_size):
    count = 0
    for _ in range(0, height, patch_size):
        for _ in range(0, width, patch_size):
            count += 1
    return count


# %% right: area
def count_patches(height, width, patch_size):
    return height * width // (patch_size * patch_size)


# %% wrong: floats
def count_patches(height, width, patch_size):
    return (height / patch_size) * (width / patch_size)


# %% wrong: height twice
def count_patches(height, width, patch_size):
    return (height // patch_size) * (height // patch_size)


# %% wrong: class token counted
def count_patches(height, width, patch_size):
    return (height // patch_size) * (width // patch_size) + 1


# %% wrong: divided once
def count_patches(height, width, patch_size):
    return height * width // patch_size


# %% wrong: sum
def count_patches(height, width, patch_size):
    return (height // patch_size) + (width // patch_size)


# %% wrong: a pair
def count_patches(height, width, patch_size):
    return height // patch_size, width // patch_size


# %% wrong: sixteen
def count_patches(height, width, patch_size):
    return (height // 16) * (width // 16)


# %% wrong: brackets missing
def count_patches(height, width, patch_size):
    return height // patch_size * width // patch_size * 1 if height == width else height * width // patch_size


# %% wrong: overlapping
def count_patches(height, width, patch_size):
    return (height - patch_size + 1) * (width - patch_size + 1)


# %% wrong: width twice
def count_patches(height, width, patch_size):
    return (width // patch_size) * (width // patch_size)


# %% right: by stepping along both sides
def count_patches(height, width, patch_size):
    tops = range(0, height, patch_size)
    lefts = range(0, width, patch_size)
    return len([(top, left) for top in tops for left in lefts])


# %% right: the area of the image by the area of a patch
def count_patches(height, width, patch_size):
    area = height * width
    patches, rest = divmod(area, patch_size**2)
    assert rest == 0
    return patches


# %% right: as the product of a list of sides
def count_patches(height, width, patch_size):
    return math.prod(side // patch_size for side in (height, width))


# %% wrong: takes the image to be square
def count_patches(height, width, patch_size):
    per_side = height // patch_size
    return per_side**2


# %% wrong: adds rows and columns
def count_patches(height, width, patch_size):
    rows = height // patch_size
    columns = width // patch_size
    return rows + columns


# %% wrong: divides the area by the side of a patch
def count_patches(height, width, patch_size):
    pixels = height * width
    return pixels // patch_size


# %% wrong: counts the class token too
def count_patches(height, width, patch_size):
    num_patches = (height // patch_size) * (width // patch_size)
    return num_patches + 1


# %% wrong: counts overlapping windows with stride one
def count_patches(height, width, patch_size):
    rows = height - patch_size + 1
    columns = width - patch_size + 1
    return rows * columns


# %% wrong: prints and does not return
def count_patches(height, width, patch_size):
    rows = height // patch_size
    columns = width // patch_size
    print(rows * columns)
