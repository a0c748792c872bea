# %% right: another way (WithALinearLayersHabits)
class Embeddings(nn.Module):
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
