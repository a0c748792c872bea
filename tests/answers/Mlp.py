# %% right: another way (InOneGo)
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.first, self.second = nn.Dropout(config.dropout), nn.Dropout(config.dropout)
        self.approximate = {"tanh": "tanh", "exact": "none"}[config.gelu]

    def forward(self, x):
        x = self.first(nn.functional.gelu(self.fc1(x), approximate=self.approximate))
        return self.second(self.fc2(x))
