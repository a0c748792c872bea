"""What a Vision Transformer is made of, in numbers: the configurations of the paper and of its hybrids.

Dosovitskiy et al., "An Image is Worth 16x16 Words" (arXiv 2010.11929), table 1; the Ti and S models and the small
hybrids are from Steiner et al., "How to train your ViT?" (arXiv 2106.10270), table 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from vit_course.app.suggest import unknown


@dataclass(frozen=True)
class ResNetConfig:
    """The convolutional part of a hybrid: units per stage, and how much wider than 64 channels it starts.

    `num_layers=()` is the stem alone. The stem divides height and width by 4, each stage after the first by 2.
    """

    num_layers: tuple[int, ...] = (3, 4, 9)
    width_factor: float = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "num_layers", tuple(self.num_layers))  # JSON has lists alone

    @property
    def stem_channels(self) -> int:
        return int(64 * self.width_factor)

    @property
    def out_channels(self) -> int:
        """Channels of the feature map: 1024 for three stages (the article's `width * 16`), 2048 for four."""
        stages = len(self.num_layers)
        return self.stem_channels * (4 * 2 ** (stages - 1) if stages else 1)

    @property
    def stride(self) -> int:
        """How many pixels of the image one cell of the feature map stands for, along one side."""
        return 4 * 2 ** max(len(self.num_layers) - 1, 0)


@dataclass(frozen=True)
class ViTConfig:
    """All numbers that make one Vision Transformer; `dataclasses.replace(config, ...)` varies some of them.

    `ViTConfig(**json.loads(text))` reads what `json.dumps(dataclasses.asdict(config))` wrote.

    Raises ValueError, naming the value and the remedy, for an image that the patches do not tile, a hidden size that
    the heads do not divide, and a choice that does not exist.
    """

    hidden_size: int
    mlp_dim: int
    num_heads: int
    num_layers: int
    image_size: int | tuple[int, int] = 224  # pixels; (height, width) if not square
    patch_size: int = 16  # cells of whatever the patches are cut from: pixels, or a hybrid's feature map
    in_channels: int = 3
    num_classes: int = 1000  # 0: no head, the model returns features
    classifier: Literal["token", "gap"] = "token"  # gap: no class token, the mean of all tokens
    representation_size: int | None = None  # width of the tanh layer before the head, if there is one
    dropout: float = 0.0
    attention_dropout: float = 0.0
    gelu: Literal["tanh", "exact"] = "tanh"
    positions: Literal["learned", "sincos", "none"] = "learned"
    zero_positions: bool = False  # start learned positions at zero, as the article's code does, not N(0, 0.02)
    num_registers: int = 0  # extra tokens with no position, after the class token (lesson 09)
    drop_path: float = 0.0  # rate at the last layer, rising linearly from 0 at the first (lesson 04)
    layer_scale: float | None = None  # initial value of LayerScale's factors, if there are any (lesson 04)
    resnet: ResNetConfig | None = None
    stem: Sequence[int] = ()  # channels of the convolutions of stride 2 that look first, if there are any (lesson 08)

    def __post_init__(self) -> None:
        if isinstance(self.image_size, list):
            object.__setattr__(self, "image_size", tuple(self.image_size))
        if isinstance(self.resnet, dict):
            object.__setattr__(self, "resnet", ResNetConfig(**self.resnet))
        object.__setattr__(self, "stem", tuple(self.stem))
        for name in ("hidden_size", "mlp_dim", "num_heads", "patch_size", "in_channels"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}={getattr(self, name)} must be at least 1")
        for name in ("num_layers", "num_classes", "num_registers"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name}={getattr(self, name)} must not be negative")
        for name in ("dropout", "attention_dropout", "drop_path"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name}={getattr(self, name)} is a probability: it must be from 0 to below 1")
        for name, choices in (
            ("classifier", ("token", "gap")),
            ("gelu", ("tanh", "exact")),
            ("positions", ("learned", "sincos", "none")),
        ):
            if getattr(self, name) not in choices:
                raise ValueError(f"{name}={getattr(self, name)!r} does not exist: choose one of {', '.join(choices)}")
        if self.hidden_size % self.num_heads:
            fits = [n for n in range(1, self.hidden_size + 1) if self.hidden_size % n == 0]
            nearest = min(fits, key=lambda n: abs(n - self.num_heads))
            raise ValueError(
                f"hidden_size={self.hidden_size} cannot be shared out among num_heads={self.num_heads}: "
                f"take num_heads={nearest}, or a hidden size that is a multiple of {self.num_heads}"
            )
        if self.positions == "sincos" and self.hidden_size % 4:
            raise ValueError(
                f"hidden_size={self.hidden_size} does not suit positions='sincos', which needs a sine and a cosine for "
                f"rows and for columns: take a multiple of 4"
            )
        if self.stem:
            self._check_stem()
        for side in self.image_height_width:
            if side < 1 or (side % self.pixels_per_patch and not self.stem):
                below = side // self.pixels_per_patch * self.pixels_per_patch
                size = f"{below} or {below + self.pixels_per_patch}" if below else f"{self.pixels_per_patch}"
                raise ValueError(
                    f"image_size={self.image_size} cannot be cut into patches of {self.pixels_per_patch} pixels: "
                    f"resize or crop the image so that {side} becomes {size}"
                )

    def _check_stem(self) -> None:
        if self.resnet:
            raise ValueError(f"stem={self.stem} and resnet={self.resnet}: one of them can look first, not both")
        if min(self.stem) < 1:
            raise ValueError(f"stem={self.stem} must be numbers of channels, each at least 1")
        height, width = self.map_height_width
        if height % self.patch_size or width % self.patch_size:
            raise ValueError(
                f"image_size={self.image_size} becomes a map of {height} x {width} cells, which patch_size="
                f"{self.patch_size} does not tile: take patch_size=1"
            )

    @property
    def image_height_width(self) -> tuple[int, int]:
        size = self.image_size
        return size if isinstance(size, tuple) else (size, size)

    @property
    def pixels_per_patch(self) -> int:
        """Side of the square of the image, in pixels, that becomes one token."""
        return self.patch_size * (self.resnet.stride if self.resnet else 2 ** len(self.stem))

    @property
    def map_height_width(self) -> tuple[int, int]:
        """Rows and columns of what is cut into patches: pixels, or cells of the ResNet's or the stem's map."""
        stride = self.pixels_per_patch // self.patch_size
        height, width = self.image_height_width
        return -(-height // stride), -(-width // stride)  # rounded up

    @property
    def grid(self) -> tuple[int, int]:
        """Rows and columns of patches: (14, 14) for ViT-B_16 at 224."""
        height, width = self.map_height_width
        return height // self.patch_size, width // self.patch_size

    @property
    def num_patches(self) -> int:
        return self.grid[0] * self.grid[1]

    @property
    def patch_channels(self) -> int:
        """Channels of what is cut into patches: the image's own, the ResNet's, or the stem's."""
        if self.resnet:
            return self.resnet.out_channels
        return self.stem[-1] if self.stem else self.in_channels


class Configs(dict[str, ViTConfig]):
    """The named configurations; an unknown name is answered with the nearest known one."""

    def __missing__(self, name: str) -> ViTConfig:
        raise KeyError(unknown("configuration", name, self))


def _tiny(**changes) -> ViTConfig:
    return ViTConfig(hidden_size=192, mlp_dim=768, num_heads=3, num_layers=12, **changes)


def _small(**changes) -> ViTConfig:
    return ViTConfig(hidden_size=384, mlp_dim=1536, num_heads=6, num_layers=12, **changes)


def _base(**changes) -> ViTConfig:
    return ViTConfig(hidden_size=768, mlp_dim=3072, num_heads=12, num_layers=12, **changes)


def _large(**changes) -> ViTConfig:
    return ViTConfig(hidden_size=1024, mlp_dim=4096, num_heads=16, num_layers=24, **changes)


CONFIGS = Configs(
    {
        "ViT-Ti_16": _tiny(),
        "ViT-S_16": _small(),
        "ViT-S_32": _small(patch_size=32),
        "ViT-B_8": _base(patch_size=8),
        "ViT-B_16": _base(),
        "ViT-B_32": _base(patch_size=32),
        "ViT-L_16": _large(dropout=0.1),
        "ViT-L_32": _large(patch_size=32),
        "ViT-H_14": ViTConfig(hidden_size=1280, mlp_dim=5120, num_heads=16, num_layers=32, patch_size=14, dropout=0.1),
        "R50-ViT-B_16": _base(patch_size=1, dropout=0.1, resnet=ResNetConfig((3, 4, 9))),
        "R-ViT-Ti_16": _tiny(patch_size=8, resnet=ResNetConfig(())),
        "R26-ViT-S_32": _small(patch_size=1, resnet=ResNetConfig((2, 2, 2, 2))),
        "R50-ViT-L_32": _large(patch_size=1, dropout=0.1, resnet=ResNetConfig((3, 4, 6, 3))),
    }
)
