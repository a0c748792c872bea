# %% right: another way (in one line)
def sequence_length(image, patch):
    return 1 + len(range(0, image, patch)) ** 2
