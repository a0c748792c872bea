"""The whole model: image, tokens, encoder, classes (the paper's figure 1 and equations 1 to 4)."""

from jaxtyping import Float
from torch import Tensor, nn

from vit_course.config import ViTConfig
from vit_course.embeddings import Embeddings, check_inputs, lecun_normal_
from vit_course.encoder import Encoder
from vit_course.resnet import ResNetV2
from vit_course.stem import ConvStem


class VisionTransformer(nn.Module):
    """Images [batch, channels, height, width] to logits [batch, classes].

    With `return_attention=True` the result is (logits, attention), where attention is a list of `num_layers` tensors
    [batch, heads, tokens, tokens]. With `num_classes=0` features come in place of logits: [batch, hidden], or, where
    there is a representation layer, [batch, representation_size].

    Raises ValueError for images of other channels or another size than the configuration's.
    """

    def __init__(self, config: ViTConfig) -> None:
        super().__init__()
        self.config = config
        self.resnet = ResNetV2(config.resnet, config.in_channels) if config.resnet else None
        self.stem = ConvStem(config.in_channels, config.stem) if config.stem else None
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        features = config.hidden_size
        self.pre_logits: nn.Linear | None = None
        if config.representation_size is not None:
            self.pre_logits = nn.Linear(features, config.representation_size)
            lecun_normal_(self.pre_logits)
            features = config.representation_size
        self.head: nn.Linear | None = None
        if config.num_classes:
            # All classes start equally likely: the first step then cannot spoil the features.
            self.head = nn.Linear(features, config.num_classes)
            nn.init.zeros_(self.head.weight)
            nn.init.zeros_(self.head.bias)

    def forward(
        self, images: Float[Tensor, "batch channels height width"], return_attention: bool = False
    ) -> (
        Float[Tensor, "batch classes"]
        | tuple[Float[Tensor, "batch classes"], list[Float[Tensor, "batch heads tokens tokens"]]]
    ):
        tokens, attention = self.encoder(self.embed(images), return_attention)
        logits = self.classify(tokens)
        return (logits, attention) if return_attention else logits

    def forward_features(
        self, images: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch tokens hidden"]:
        """All tokens as the encoder leaves them, after its last norm."""
        tokens, _ = self.encoder(self.embed(images))
        return tokens

    def embed(self, images: Float[Tensor, "batch channels height width"]) -> Float[Tensor, "batch tokens hidden"]:
        """Equation 1: the tokens that go into the encoder. A ResNet or a stem, if there is one, looks first."""
        check_inputs(images, self.config.in_channels, *self.config.image_height_width)
        for first in (self.resnet, self.stem):
            if first is not None:
                images = first(images)
        return self.embeddings(images)

    def classify(self, tokens: Float[Tensor, "batch tokens hidden"]) -> Float[Tensor, "batch classes"]:
        """Equation 4 and the head: one vector for the image, then its logits."""
        features = tokens[:, 0] if self.config.classifier == "token" else tokens.mean(dim=1)
        if self.pre_logits is not None:
            features = self.pre_logits(features).tanh()
        return features if self.head is None else self.head(features)
