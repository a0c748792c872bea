# %% right: another way (by_two_loops)
def patchify(images, patch_size):
    found = []
    for top in range(0, images.shape[2], patch_size):
        for left in range(0, images.shape[3], patch_size):
            patch = images[:, :, top : top + patch_size, left : left + patch_size]
            found.append(patch.permute(0, 2, 3, 1).flatten(1))
    return torch.stack(found, dim=1)
