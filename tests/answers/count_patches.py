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
