# %% right: another way (in one line)
def sequence_length(image, patch):
    return 1 + len(range(0, image, patch)) ** 2


# %% right: side by side
def sequence_length(image_size, patch_size):
    side = image_size // patch_size
    return side**2 + 1


# %% right: times itself
def sequence_length(image_size, patch_size):
    side = image_size // patch_size
    return side * side + 1


# %% right: area by area
def sequence_length(image_size, patch_size):
    side = image_size // patch_size
    return (image_size**2 // patch_size**2) + 1


# %% wrong: no class token
def sequence_length(image_size, patch_size):
    side = image_size // patch_size
    return side**2


# %% wrong: a float
def sequence_length(image_size, patch_size):
    side = image_size / patch_size
    return side**2 + 1


# %% wrong: area over side
def sequence_length(image_size, patch_size):
    side = image_size // patch_size
    return image_size**2 // patch_size + 1


# %% wrong: added first
def sequence_length(image_size, patch_size):
    side = image_size // patch_size
    return (side + 1) ** 2


# %% wrong: doubled
def sequence_length(image_size, patch_size):
    side = image_size // patch_size
    return side * 2 + 1


# %% wrong: caret
def sequence_length(image_size, patch_size):
    side = image_size // patch_size
    return side ^ 2 + 1


# %% wrong: one row
def sequence_length(image_size, patch_size):
    side = image_size // patch_size
    return side + 1


# %% wrong: 224
def sequence_length(image_size, patch_size):
    side = 224 // patch_size
    return side**2 + 1


# %% wrong: three colours
def sequence_length(image_size, patch_size):
    side = image_size // patch_size
    return 3 * side**2 + 1


# %% wrong: a string
def sequence_length(image_size, patch_size):
    side = image_size // patch_size
    return str(side**2 + 1)


# %% wrong: remainder
def sequence_length(image_size, patch_size):
    side = image_size % patch_size
    return side**2 + 1


# %% wrong: printed
def sequence_length(image_size, patch_size):
    side = image_size // patch_size
    print(side**2 + 1)


# %% wrong: class token for each row
def sequence_length(image_size, patch_size):
    side = image_size // patch_size
    return side * (side + 1)


# %% right: counts the corners of the patches
def sequence_length(image_size, patch_size):
    tokens = 1
    for top in range(0, image_size, patch_size):
        for left in range(0, image_size, patch_size):
            tokens += 1
    return tokens


# %% right: area by area again
def sequence_length(image_size, patch_size):
    return 1 + image_size**2 // patch_size**2


# %% right: unfolds an empty image
def sequence_length(image_size, patch_size):
    image = torch.zeros(1, 1, image_size, image_size)
    columns = F.unfold(image, kernel_size=patch_size, stride=patch_size)
    return columns.shape[-1] + 1


# %% wrong: no class token again
def sequence_length(image_size, patch_size):
    return (image_size // patch_size) ** 2


# %% wrong: one side only
def sequence_length(image_size, patch_size):
    return image_size // patch_size + 1


# %% wrong: one added before squaring
def sequence_length(image_size, patch_size):
    return (image_size // patch_size + 1) ** 2


# %% wrong: a float again
def sequence_length(image_size, patch_size):
    patches = (image_size / patch_size) ** 2
    return patches + 1


# %% wrong: only the patch size is squared
def sequence_length(image_size, patch_size):
    return image_size // patch_size ** 2 + 1


# %% wrong: only the image size is squared
def sequence_length(image_size, patch_size):
    return image_size ** 2 // patch_size + 1


# %% wrong: patches of 16 always
def sequence_length(image_size, patch_size):
    grid = image_size // 16
    return grid * grid + 1
