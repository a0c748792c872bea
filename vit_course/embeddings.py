"""From an image to a sequence of tokens: the paper's equation 1 (section 3.1).

    z_0 = [x_class; x_1 E; x_2 E; ...; x_N E] + E_pos

The image is cut into N patches, E projects each of them to `hidden` numbers, a class token is put in front, and E_pos
says where each one was.
"""

import torch
import torch.nn.functional as F
from einops import rearrange
from jaxtyping import Float
from torch import Tensor, nn

from vit_course.config import ViTConfig
from vit_course.positions import resize_position_embeddings, sincos_position_embeddings


def count_patches(height: int, width: int, patch_size: int) -> int:
    """How many patches of patch_size x patch_size an image of height x width pixels is cut into.

    Raises ValueError where patch_size does not divide both. Source: section 3.1 of the paper, N = HW / P^2.
    """
    if height % patch_size or width % patch_size:
        whole = (height // patch_size * patch_size, width // patch_size * patch_size)
        raise ValueError(
            f"an image of {height} x {width} pixels cannot be cut into patches of {patch_size}: resize or crop it, "
            f"for example to {max(whole[0], patch_size)} x {max(whole[1], patch_size)}"
        )
    return (height // patch_size) * (width // patch_size)


def patchify(
    images: Float[Tensor, "batch channels height width"], patch_size: int
) -> Float[Tensor, "batch patches values"]:
    """Cut images into square patches and lay each out as one vector.

    Patches come row by row, as one reads. Within a patch the values come row by row, pixel by pixel, the channels of
    one pixel side by side: values = patch_size * patch_size * channels.

    Raises ValueError where patch_size does not divide height and width.
    Source: section 3.1 of the paper, x to x_p.
    """
    height, width = images.shape[-2:]
    count_patches(height, width, patch_size)  # refuses what cannot be cut
    return rearrange(
        images,
        "batch channels (rows p) (columns q) -> batch (rows columns) (p q channels)",
        p=patch_size,
        q=patch_size,
    )


def unpatchify(
    patches: Float[Tensor, "batch patches values"], patch_size: int, grid: tuple[int, int]
) -> Float[Tensor, "batch channels height width"]:
    """Put the patches of `patchify` back together; `grid` is (rows, columns) of patches.

    Raises ValueError where grid does not hold as many patches, or the values make no whole pixels.
    """
    rows, columns = grid
    count, values = patches.shape[-2:]
    if rows * columns != count:
        raise ValueError(f"a grid of {rows} x {columns} holds {rows * columns} patches, and there are {count}")
    if values % patch_size**2:
        raise ValueError(f"{values} values a patch cannot be {patch_size} x {patch_size} pixels: check patch_size")
    return rearrange(
        patches,
        "batch (rows columns) (p q channels) -> batch channels (rows p) (columns q)",
        rows=rows,
        p=patch_size,
        q=patch_size,
    )


def lecun_normal_(layer: nn.Linear | nn.Conv2d) -> None:
    """Draw the weights from a normal distribution of variance 1 / fan-in, cut off at two deviations; biases are zero.

    It is how the original's framework starts a layer of which nothing is said; the factor makes up for the variance
    that the cut takes away. Source: Klambauer et al. (arXiv 1706.02515), section 3.
    """
    deviation = layer.weight[0].numel() ** -0.5 / 0.87962566
    nn.init.trunc_normal_(layer.weight, std=deviation, a=-2 * deviation, b=2 * deviation)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)


def check_inputs(inputs: Tensor, channels: int, height: int, width: int) -> None:
    """Raise ValueError, saying what to do, unless the inputs are [batch, channels, height, width] with these sizes."""
    if inputs.ndim != 4:
        raise ValueError(
            f"the input has shape {list(inputs.shape)} and not [batch, channels, height, width]: "
            f"make a single image a batch of one with image[None]"
        )
    if inputs.shape[1] != channels:
        raise ValueError(
            f"the input has channels={inputs.shape[1]} and the model is made for {channels}: "
            f"{_remedy_for_channels(inputs, channels)}"
        )
    if inputs.shape[2:] != (height, width):
        raise ValueError(
            f"the input is {inputs.shape[2]} x {inputs.shape[3]} and the model is made for {height} x {width}: resize "
            f"it, or make the model with dataclasses.replace(config, image_size=...) and load its weights again"
        )


def _remedy_for_channels(inputs: Tensor, channels: int) -> str:
    """What to do with images [batch, channels, height, width] of another number of channels than asked for."""
    if inputs.shape[-1] == channels:
        return (
            f"{list(inputs.shape)} has the channels last: images.permute(0, 3, 1, 2) puts them where PyTorch has them"
        )
    if (inputs.shape[1], channels) == (1, 3):
        return "repeat the grey channel with images.expand(-1, 3, -1, -1)"
    if (inputs.shape[1], channels) == (4, 3):
        return "the fourth of RGBA is transparency: leave it out with images[:, :3], or open the file in RGB"
    if (inputs.shape[1], channels) == (3, 1):
        return "make them grey with images.mean(dim=1, keepdim=True)"
    return f"make the model with in_channels={inputs.shape[1]}, or choose {channels} of the channels"


class Embeddings(nn.Module):
    """Patch projection, class token, position embeddings, dropout.

    The input is the image or, in a hybrid, the ResNet's feature map: [batch, channels, height, width], where the
    sizes are those of the configuration. The output is [batch, tokens, hidden]: class token (unless classifier="gap"),
    register tokens (if any), patches row by row.
    """

    position_embeddings: Tensor | None

    def __init__(self, config: ViTConfig) -> None:
        super().__init__()
        self.config = config
        hidden, patch = config.hidden_size, config.patch_size
        # A convolution whose stride is its kernel sees each patch once: it is the linear projection E.
        self.patch_embeddings = nn.Conv2d(config.patch_channels, hidden, kernel_size=patch, stride=patch)
        lecun_normal_(self.patch_embeddings)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, hidden)) if config.classifier == "token" else None
        num_prefix = 0 if self.cls_token is None else 1
        if config.positions == "learned":
            self.position_embeddings = nn.Parameter(torch.zeros(1, num_prefix + config.num_patches, hidden))
            if not config.zero_positions:
                nn.init.normal_(self.position_embeddings, std=0.02)
        elif config.positions == "sincos":
            fixed = F.pad(sincos_position_embeddings(config.grid, hidden), (0, 0, num_prefix, 0))
            self.register_buffer("position_embeddings", fixed, persistent=False)
        else:
            self.position_embeddings = None
        self.register_tokens = (
            nn.Parameter(0.02 * torch.randn(1, config.num_registers, hidden)) if config.num_registers else None
        )
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images: Float[Tensor, "batch channels height width"]) -> Float[Tensor, "batch tokens hidden"]:
        rows, columns, patch = *self.config.grid, self.config.patch_size
        check_inputs(images, self.config.patch_channels, rows * patch, columns * patch)
        # Project the patches.
        tokens = rearrange(self.patch_embeddings(images), "batch hidden rows columns -> batch (rows columns) hidden")
        if self.cls_token is not None:
            # Put the class token in front. expand, not repeat: each image looks at the same [1, 1, hidden].
            tokens = torch.cat([self.cls_token.expand(tokens.shape[0], -1, -1), tokens], dim=1)
        if self.position_embeddings is not None:
            tokens = tokens + self.position_embeddings  # add the positions
        if self.register_tokens is not None:
            split = 0 if self.cls_token is None else 1
            registers = self.register_tokens.expand(tokens.shape[0], -1, -1)
            tokens = torch.cat([tokens[:, :split], registers, tokens[:, split:]], dim=1)
        return self.dropout(tokens)  # drop out


def embed_any_shape(
    embeddings: Embeddings, images: Float[Tensor, "batch channels height width"]
) -> Float[Tensor, "batch tokens hidden"]:
    """Embed images of any height and width that the patch divides with a module that was made for one size.

    The position embeddings are resized to the grid of these images at each call, bilinearly and with the borders of the
    image kept in place. The module stays as it is, and the gradient reaches its own positions. At its own size the
    result is that of `embeddings(images)`.

    Raises ValueError where the patch does not divide height and width, or the images have other channels.
    Source: section 3.2 of the paper, last paragraph, done at each call; timm's `dynamic_img_size` does so, too.
    """
    config, (height, width) = embeddings.config, images.shape[-2:]
    check_inputs(images, config.patch_channels, height, width)  # any size is right, not any number of channels
    count_patches(height, width, config.patch_size)  # refuses what cannot be cut
    # Project the patches.
    tokens = rearrange(embeddings.patch_embeddings(images), "batch hidden rows columns -> batch (rows columns) hidden")
    # Put the class token in front, where there is one.
    num_prefix = 0 if embeddings.cls_token is None else 1
    if embeddings.cls_token is not None:
        tokens = torch.cat([embeddings.cls_token.expand(tokens.shape[0], -1, -1), tokens], dim=1)
    # Add the positions, resized to this grid. They are computed from the module's own, which stay as they are.
    if embeddings.position_embeddings is not None:
        grid = (height // config.patch_size, width // config.patch_size)
        tokens = tokens + resize_position_embeddings(
            embeddings.position_embeddings, grid, old_grid=config.grid, prefix_tokens=num_prefix
        )
    # Register tokens (lesson 09) have no position.
    if embeddings.register_tokens is not None:
        registers = embeddings.register_tokens.expand(tokens.shape[0], -1, -1)
        tokens = torch.cat([tokens[:, :num_prefix], registers, tokens[:, num_prefix:]], dim=1)
    return embeddings.dropout(tokens)  # type: ignore[no-any-return]
