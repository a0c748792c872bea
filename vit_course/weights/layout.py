"""A layout of one's own: weights that no library named, by a table that their owner writes."""

import os
from collections.abc import Iterable

from vit_course.embeddings import resize_position_embeddings
from vit_course.vision_transformer import VisionTransformer
from vit_course.weights.engine import Row, expand, load
from vit_course.weights.files import NPZ, Source, kind_of, read_npz, read_state_dict


def load_layout(
    model: VisionTransformer, source: Source, rows: Iterable[Row], *, old_grid: tuple[int, int] | None = None
) -> None:
    """Fill the model from a file or mapping in any layout, by rows of what each array is called and what it fills.

        rows = [
            row("to_patch.weight", "embeddings.patch_embeddings.weight"),
            row("layers.{layer}.to_qkv.weight", *(f"encoder.layer.{{layer}}.attn.{p}.weight" for p in PARTS)),
            row("layers.{layer}.ff.kernel", "encoder.layer.{layer}.ffn.fc1.weight", axes="i o -> o i"),
        ]

    The source is an .npz file, a safetensors file, one that torch.save wrote, or a mapping of names to arrays. Position
    embeddings of another grid are resized bilinearly, with the borders kept in place; `old_grid` (rows, columns) is
    needed only where theirs is not square, or may not be. Raises WeightsError: see `vit_course.weights`.
    """
    rows = list(rows)
    if isinstance(source, (str, os.PathLike)) and kind_of(os.fspath(source)) == NPZ:
        arrays, name = read_npz(source)
    else:
        arrays, name = read_state_dict(source, {each.theirs for each in expand(rows, model.config)})
    load(model, arrays, rows, source=name, resize=resize_position_embeddings, old_grid=old_grid)
