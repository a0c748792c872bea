# %% right: another way (in one line)
def count_patches(height, width, patch):
    return height * width // patch**2
