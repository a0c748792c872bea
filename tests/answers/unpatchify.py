# %% right: another way (by_view_and_permute)
def unpatchify(patches, patch_size, grid):
    rows, columns = grid
    parts = patches.view(len(patches), rows, columns, patch_size, patch_size, -1)
    return parts.permute(0, 5, 1, 3, 2, 4).reshape(len(patches), -1, rows * patch_size, columns * patch_size)
