"""The exercises of lesson 01, answered in other ways."""

import torch
from torch import nn


def by_two_loops(images, patch_size):
    found = []
    for top in range(0, images.shape[2], patch_size):
        for left in range(0, images.shape[3], patch_size):
            patch = images[:, :, top : top + patch_size, left : left + patch_size]
            found.append(patch.permute(0, 2, 3, 1).flatten(1))
    return torch.stack(found, dim=1)


def by_view_and_permute(patches, patch_size, grid):
    rows, columns = grid
    parts = patches.view(len(patches), rows, columns, patch_size, patch_size, -1)
    return parts.permute(0, 5, 1, 3, 2, 4).reshape(len(patches), -1, rows * patch_size, columns * patch_size)


def by_hand(position_embeddings, grid):
    side = round((position_embeddings.shape[1] - 1) ** 0.5)
    image = position_embeddings[:, 1:].reshape(1, side, side, -1).permute(0, 3, 1, 2)
    image = nn.Upsample(size=grid, mode="bilinear")(image)
    return torch.cat((position_embeddings[:, 0:1], image.flatten(2).transpose(1, 2)), 1)


class WithALinearLayersHabits(nn.Module):
    """As the article writes it: flatten, transpose, cat, and the token stored before the projection."""

    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.cls_token = nn.Parameter(torch.randn(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches + 1, config.hidden_size))
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, size, size)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(-1, -2)
        out = x.new_empty(x.shape[0], x.shape[1] + 1, x.shape[2])
        out[:, :1], out[:, 1:] = self.cls_token, x
        return self.drop(out + self.position_embeddings)


OTHER_WAYS = {
    "count_patches": lambda height, width, patch: height * width // patch**2,
    "patchify": by_two_loops,
    "unpatchify": by_view_and_permute,
    "Embeddings": WithALinearLayersHabits,
    "resize_position_embeddings": by_hand,
}
