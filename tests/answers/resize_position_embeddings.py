# %% right: another way (by_hand)
def resize_position_embeddings(position_embeddings, grid):
    side = round((position_embeddings.shape[1] - 1) ** 0.5)
    image = position_embeddings[:, 1:].reshape(1, side, side, -1).permute(0, 3, 1, 2)
    image = nn.Upsample(size=grid, mode="bilinear")(image)
    return torch.cat((position_embeddings[:, 0:1], image.flatten(2).transpose(1, 2)), 1)
