# %% right: another way (AsTheArticle)
class VisionTransformer(nn.Module):
    """Both pooled vectors at hand, and the attention always asked for."""

    def __init__(self, config):
        super().__init__()
        self.pool = {"token": lambda x: x.select(1, 0), "gap": lambda x: x.sum(1) / x.size(1)}[config.classifier]
        self.embeddings = Embeddings(config)
        self.head = nn.Linear(in_features=config.hidden_size, out_features=config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)
        self.encoder = Encoder(config)

    def forward(self, x, return_attention=False):
        x, attention = self.encoder(self.embeddings(x), True)
        logits = self.head(self.pool(x))
        if return_attention:
            return logits, attention
        return logits


# %% right: step by step
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens = self.embeddings(images)
        tokens, attention = self.encoder(tokens, return_attention)
        if self.config.classifier == "token":
            features = tokens[:, 0]
        else:
            features = tokens.mean(dim=1)
        logits = self.head(features)
        if return_attention:
            return logits, attention
        return logits


# %% right: data.zero_ for the head
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        for p in self.head.parameters():
            p.data.zero_()

    def forward(self, images, return_attention=False):
        tokens = self.embeddings(images)
        tokens, attention = self.encoder(tokens, return_attention)
        if self.config.classifier == "token":
            features = tokens[:, 0]
        else:
            features = tokens.mean(dim=1)
        logits = self.head(features)
        if return_attention:
            return logits, attention
        return logits


# %% right: constant_
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.constant_(self.head.weight, 0.0)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens = self.embeddings(images)
        tokens, attention = self.encoder(tokens, return_attention)
        if self.config.classifier == "token":
            features = tokens[:, 0]
        else:
            features = tokens.mean(dim=1)
        logits = self.head(features)
        if return_attention:
            return logits, attention
        return logits


# %% wrong: head is not zero
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)

    def forward(self, images, return_attention=False):
        tokens = self.embeddings(images)
        tokens, attention = self.encoder(tokens, return_attention)
        if self.config.classifier == "token":
            features = tokens[:, 0]
        else:
            features = tokens.mean(dim=1)
        logits = self.head(features)
        if return_attention:
            return logits, attention
        return logits


# %% wrong: bias of the head is not zero
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)

    def forward(self, images, return_attention=False):
        tokens = self.embeddings(images)
        tokens, attention = self.encoder(tokens, return_attention)
        if self.config.classifier == "token":
            features = tokens[:, 0]
        else:
            features = tokens.mean(dim=1)
        logits = self.head(features)
        if return_attention:
            return logits, attention
        return logits


# %% wrong: weight of the head is not zero
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens = self.embeddings(images)
        tokens, attention = self.encoder(tokens, return_attention)
        if self.config.classifier == "token":
            features = tokens[:, 0]
        else:
            features = tokens.mean(dim=1)
        logits = self.head(features)
        if return_attention:
            return logits, attention
        return logits


# %% wrong: always token 0
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens = self.embeddings(images)
        tokens, attention = self.encoder(tokens, return_attention)
        if self.config.classifier == "token":
            features = tokens[:, 0]
        else:
            features = tokens[:, 0]
        logits = self.head(features)
        if return_attention:
            return logits, attention
        return logits


# %% wrong: always the average
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens = self.embeddings(images)
        tokens, attention = self.encoder(tokens, return_attention)
        if self.config.classifier == "token":
            features = tokens.mean(dim=1)
        else:
            features = tokens.mean(dim=1)
        logits = self.head(features)
        if return_attention:
            return logits, attention
        return logits


# %% wrong: token and gap swapped
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens = self.embeddings(images)
        tokens, attention = self.encoder(tokens, return_attention)
        if self.config.classifier == "gap":
            features = tokens[:, 0]
        else:
            features = tokens.mean(dim=1)
        logits = self.head(features)
        if return_attention:
            return logits, attention
        return logits


# %% wrong: average without the first
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens = self.embeddings(images)
        tokens, attention = self.encoder(tokens, return_attention)
        if self.config.classifier == "token":
            features = tokens[:, 0]
        else:
            features = tokens[:, 1:].mean(dim=1)
        logits = self.head(features)
        if return_attention:
            return logits, attention
        return logits


# %% wrong: average over hidden
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens = self.embeddings(images)
        tokens, attention = self.encoder(tokens, return_attention)
        if self.config.classifier == "token":
            features = tokens[:, 0]
        else:
            features = tokens.mean(dim=2)
        logits = self.head(features)
        if return_attention:
            return logits, attention
        return logits


# %% wrong: last token
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens = self.embeddings(images)
        tokens, attention = self.encoder(tokens, return_attention)
        if self.config.classifier == "token":
            features = tokens[:, -1]
        else:
            features = tokens.mean(dim=1)
        logits = self.head(features)
        if return_attention:
            return logits, attention
        return logits


# %% wrong: first image
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens = self.embeddings(images)
        tokens, attention = self.encoder(tokens, return_attention)
        if self.config.classifier == "token":
            features = tokens[0]
        else:
            features = tokens.mean(dim=1)
        logits = self.head(features)
        if return_attention:
            return logits, attention
        return logits


# %% wrong: maximum
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens = self.embeddings(images)
        tokens, attention = self.encoder(tokens, return_attention)
        if self.config.classifier == "token":
            features = tokens[:, 0]
        else:
            features = tokens.amax(dim=1)
        logits = self.head(features)
        if return_attention:
            return logits, attention
        return logits


# %% wrong: encoder skipped
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens = self.embeddings(images)
        attention = []
        if self.config.classifier == "token":
            features = tokens[:, 0]
        else:
            features = tokens.mean(dim=1)
        logits = self.head(features)
        if return_attention:
            return logits, attention
        return logits


# %% wrong: twice through the encoder
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens = self.embeddings(images)
        _, attention = self.encoder(tokens, True)
        tokens, _ = self.encoder(tokens)
        if self.config.classifier == "token":
            features = tokens[:, 0]
        else:
            features = tokens.mean(dim=1)
        logits = self.head(features)
        if return_attention:
            return logits, attention
        return logits


# %% wrong: encoder not unpacked
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens = self.embeddings(images)
        tokens = self.encoder(tokens, return_attention)
        attention = []
        if self.config.classifier == "token":
            features = tokens[:, 0]
        else:
            features = tokens.mean(dim=1)
        logits = self.head(features)
        if return_attention:
            return logits, attention
        return logits


# %% wrong: another norm with weights
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.norm = nn.LayerNorm(config.hidden_size)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens = self.embeddings(images)
        tokens, attention = self.encoder(tokens, return_attention)
        if self.config.classifier == "token":
            features = tokens[:, 0]
        else:
            features = tokens.mean(dim=1)
        logits = self.head(self.norm(features))
        if return_attention:
            return logits, attention
        return logits


# %% wrong: another norm without weights
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens = self.embeddings(images)
        tokens, attention = self.encoder(tokens, return_attention)
        if self.config.classifier == "token":
            features = tokens[:, 0]
        else:
            features = tokens.mean(dim=1)
        logits = self.head(F.layer_norm(features, features.shape[-1:]))
        if return_attention:
            return logits, attention
        return logits


# %% wrong: softmax
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens = self.embeddings(images)
        tokens, attention = self.encoder(tokens, return_attention)
        if self.config.classifier == "token":
            features = tokens[:, 0]
        else:
            features = tokens.mean(dim=1)
        logits = self.head(features).softmax(-1)
        if return_attention:
            return logits, attention
        return logits


# %% wrong: attention always
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens = self.embeddings(images)
        tokens, attention = self.encoder(tokens, return_attention)
        if self.config.classifier == "token":
            features = tokens[:, 0]
        else:
            features = tokens.mean(dim=1)
        logits = self.head(features)
        return logits, attention


# %% wrong: attention never
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens = self.embeddings(images)
        tokens, attention = self.encoder(tokens, return_attention)
        if self.config.classifier == "token":
            features = tokens[:, 0]
        else:
            features = tokens.mean(dim=1)
        logits = self.head(features)
        return logits


# %% wrong: pair swapped
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens = self.embeddings(images)
        tokens, attention = self.encoder(tokens, return_attention)
        if self.config.classifier == "token":
            features = tokens[:, 0]
        else:
            features = tokens.mean(dim=1)
        logits = self.head(features)
        if return_attention:
            return attention, logits
        return logits


# %% wrong: flag not handed on
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens = self.embeddings(images)
        tokens, attention = self.encoder(tokens)
        if self.config.classifier == "token":
            features = tokens[:, 0]
        else:
            features = tokens.mean(dim=1)
        logits = self.head(features)
        if return_attention:
            return logits, attention
        return logits


# %% wrong: attention stacked
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens = self.embeddings(images)
        tokens, attention = self.encoder(tokens, return_attention)
        if self.config.classifier == "token":
            features = tokens[:, 0]
        else:
            features = tokens.mean(dim=1)
        logits = self.head(features)
        if return_attention:
            return logits, torch.stack(attention)
        return logits


# %% wrong: tanh before the head
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens = self.embeddings(images)
        tokens, attention = self.encoder(tokens, return_attention)
        if self.config.classifier == "token":
            features = tokens[:, 0]
        else:
            features = tokens.mean(dim=1)
        logits = self.head(torch.tanh(features))
        if return_attention:
            return logits, attention
        return logits


# %% wrong: dropout before the head
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens = self.embeddings(images)
        tokens, attention = self.encoder(tokens, return_attention)
        if self.config.classifier == "token":
            features = tokens[:, 0]
        else:
            features = tokens.mean(dim=1)
        logits = self.head(F.dropout(features, 0.3, self.training))
        if return_attention:
            return logits, attention
        return logits


# %% wrong: head without a bias
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes, bias=False)
        nn.init.zeros_(self.head.weight)

    def forward(self, images, return_attention=False):
        tokens = self.embeddings(images)
        tokens, attention = self.encoder(tokens, return_attention)
        if self.config.classifier == "token":
            features = tokens[:, 0]
        else:
            features = tokens.mean(dim=1)
        logits = self.head(features)
        if return_attention:
            return logits, attention
        return logits


# %% wrong: head reads all tokens
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens = self.embeddings(images)
        tokens, attention = self.encoder(tokens, return_attention)
        if self.config.classifier == "token":
            features = tokens[:, 0]
        else:
            features = tokens.mean(dim=1)
        logits = self.head(tokens)
        if return_attention:
            return logits, attention
        return logits


# %% wrong: 1000 classes
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, 1000)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens = self.embeddings(images)
        tokens, attention = self.encoder(tokens, return_attention)
        if self.config.classifier == "token":
            features = tokens[:, 0]
        else:
            features = tokens.mean(dim=1)
        logits = self.head(features)
        if return_attention:
            return logits, attention
        return logits


# %% wrong: called classifier
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.classifier = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.classifier.weight)
        nn.init.zeros_(self.classifier.bias)

    def forward(self, images, return_attention=False):
        tokens = self.embeddings(images)
        tokens, attention = self.encoder(tokens, return_attention)
        if self.config.classifier == "token":
            features = tokens[:, 0]
        else:
            features = tokens.mean(dim=1)
        logits = self.classifier(features)
        if return_attention:
            return logits, attention
        return logits


# %% right: the head on every token, then the choice
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        with torch.no_grad():
            for parameter in self.head.parameters():
                parameter.zero_()

    def forward(self, images, return_attention=False):
        tokens, attention = self.encoder(self.embeddings(images), return_attention)
        scores = self.head(tokens)
        logits = scores.mean(dim=1) if self.config.classifier == "gap" else scores[:, 0]
        return (logits, attention) if return_attention else logits


# %% right: narrow for the tokens that count
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.constant_(self.head.weight, 0.0)
        nn.init.constant_(self.head.bias, 0.0)

    def forward(self, images, return_attention=False):
        tokens, attention = self.encoder(self.embeddings(images), return_attention=return_attention)
        if self.config.classifier == "token":
            tokens = tokens.narrow(1, 0, 1)
        result = [self.head(tokens.mean(1)), attention]
        return tuple(result) if return_attention else result[0]


# %% right: new parameters and a table of poolings
POOLING = {
    "token": lambda tokens: tokens.select(1, 0),
    "gap": lambda tokens: tokens.sum(dim=-2) / tokens.shape[-2],
}


class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        self.head.weight = nn.Parameter(torch.zeros(config.num_classes, config.hidden_size))
        self.head.bias = nn.Parameter(torch.zeros(config.num_classes))

    def forward(self, images, return_attention=False):
        tokens, attention = self.encoder(self.embeddings(images), return_attention)
        logits = self.head(POOLING[self.config.classifier](tokens))
        if not return_attention:
            return logits
        return logits, attention


# %% wrong: the average leaves out the first token
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens, attention = self.encoder(self.embeddings(images), return_attention)
        if self.config.classifier == "gap":
            pooled = tokens[:, 1:].mean(dim=1)
        else:
            pooled = tokens[:, 0]
        logits = self.head(pooled)
        if return_attention:
            return logits, attention
        return logits


# %% wrong: the sum is divided by one token too many
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens, attention = self.encoder(self.embeddings(images), return_attention)
        if self.config.classifier == "gap":
            pooled = tokens.sum(dim=1) / (self.config.num_patches + 1)
        else:
            pooled = tokens[:, 0]
        logits = self.head(pooled)
        if return_attention:
            return logits, attention
        return logits


# %% wrong: the bias starts as usual
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)

    def forward(self, images, return_attention=False):
        tokens, attention = self.encoder(self.embeddings(images), return_attention)
        pooled = tokens.mean(dim=1) if self.config.classifier == "gap" else tokens[:, 0]
        logits = self.head(pooled)
        if return_attention:
            return logits, attention
        return logits


# %% wrong: the zero head cannot learn
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        self.head.requires_grad_(False)
        self.head.weight.zero_()
        self.head.bias.zero_()

    def forward(self, images, return_attention=False):
        tokens, attention = self.encoder(self.embeddings(images), return_attention)
        pooled = tokens.mean(dim=1) if self.config.classifier == "gap" else tokens[:, 0]
        logits = self.head(pooled)
        if return_attention:
            return logits, attention
        return logits


# %% wrong: no gradients in embeddings and encoder
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        with torch.no_grad():
            tokens, attention = self.encoder(self.embeddings(images), return_attention)
        pooled = tokens.mean(dim=1) if self.config.classifier == "gap" else tokens[:, 0]
        logits = self.head(pooled)
        if return_attention:
            return logits, attention
        return logits


# %% wrong: squeeze drops a batch of one
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens, attention = self.encoder(self.embeddings(images), return_attention)
        if self.config.classifier == "gap":
            pooled = tokens.mean(dim=1, keepdim=True)
        else:
            pooled = tokens[:, :1]
        logits = self.head(pooled).squeeze()
        if return_attention:
            return logits, attention
        return logits


# %% wrong: only the last layer's attention
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens, attention = self.encoder(self.embeddings(images), return_attention)
        pooled = tokens.mean(dim=1) if self.config.classifier == "gap" else tokens[:, 0]
        logits = self.head(pooled)
        if return_attention:
            return logits, attention[-1]
        return logits


# %% wrong: one more dropout before the head
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens, attention = self.encoder(self.embeddings(images), return_attention)
        pooled = tokens.mean(dim=1) if self.config.classifier == "gap" else tokens[:, 0]
        pooled = F.dropout(pooled, p=0.1, training=self.training)
        logits = self.head(pooled)
        if return_attention:
            return logits, attention
        return logits


# %% right: the head before the average
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens, attention = self.encoder(self.embeddings(images), return_attention)
        if self.config.classifier == "token":
            logits = self.head(tokens[:, 0])
        else:
            logits = self.head(tokens).mean(dim=1)
        return (logits, attention) if return_attention else logits


# %% right: a pool method with einops
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        with torch.no_grad():
            for parameter in self.head.parameters():
                parameter.zero_()

    def pool(self, tokens):
        if self.config.classifier == "gap":
            return reduce(tokens, "b n c -> b c", "mean")
        return tokens.select(1, 0)

    def forward(self, images, return_attention=False):
        x = self.embeddings(images)
        x, weights = self.encoder(x, return_attention)
        x = self.head(self.pool(x))
        if not return_attention:
            return x
        return x, weights


# %% right: new zero parameters, a slice and its mean
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings, self.encoder = Embeddings(config), Encoder(config)
        head = nn.Linear(config.hidden_size, config.num_classes)
        head.weight = nn.Parameter(torch.zeros_like(head.weight))
        head.bias = nn.Parameter(torch.zeros_like(head.bias))
        self.head = head

    def forward(self, images, return_attention=False):
        outputs = self.encoder(self.embeddings(images), return_attention)
        tokens, attention = outputs[0], outputs[1]
        read = slice(0, 1) if self.config.classifier == "token" else slice(None)
        selected = tokens[:, read]
        logits = self.head(selected.sum(1) / selected.shape[1])
        if return_attention:
            return logits, attention
        return logits


# %% wrong: the head keeps its random start
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)

    def forward(self, images, return_attention=False):
        tokens, attention = self.encoder(self.embeddings(images), return_attention)
        if self.config.classifier == "token":
            x = tokens[:, 0]
        else:
            x = tokens.mean(dim=1)
        logits = self.head(x)
        if return_attention:
            return logits, attention
        return logits


# %% wrong: the bias is not zero
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)

    def forward(self, images, return_attention=False):
        tokens, attention = self.encoder(self.embeddings(images), return_attention)
        if self.config.classifier == "token":
            x = tokens[:, 0]
        else:
            x = tokens.mean(dim=1)
        logits = self.head(x)
        if return_attention:
            return logits, attention
        return logits


# %% wrong: always reads token 0
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        x = self.embeddings(images)
        x, attention = self.encoder(x, return_attention)
        logits = self.head(x[:, 0])
        if return_attention:
            return logits, attention
        return logits


# %% wrong: the average leaves the first token out
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens, attention = self.encoder(self.embeddings(images), return_attention)
        if self.config.classifier == "token":
            x = tokens[:, 0]
        elif self.config.classifier == "gap":
            x = tokens[:, 1:].mean(dim=1)
        logits = self.head(x)
        if return_attention:
            return logits, attention
        return logits


# %% wrong: always returns the pair
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.constant_(self.head.weight, 0.0)
        nn.init.constant_(self.head.bias, 0.0)

    def forward(self, images, return_attention=False):
        tokens, attention = self.encoder(self.embeddings(images), return_attention)
        x = tokens[:, 0] if self.config.classifier == "token" else tokens.mean(dim=1)
        logits = self.head(x)
        return logits, attention if return_attention else None


# %% wrong: attention of the last block only
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens, attention = self.encoder(self.embeddings(images), return_attention)
        x = tokens[:, 0] if self.config.classifier == "token" else tokens.mean(dim=1)
        logits = self.head(x)
        if return_attention:
            return logits, attention[-1]
        return logits


# %% wrong: probabilities instead of logits
class VisionTransformer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images, return_attention=False):
        tokens, attention = self.encoder(self.embeddings(images), return_attention)
        x = tokens[:, 0] if self.config.classifier == "token" else tokens.mean(dim=1)
        probabilities = F.softmax(self.head(x), dim=-1)
        if return_attention:
            return probabilities, attention
        return probabilities
