"""Published weights in and out: one file per layout, each a table of names over one small engine.

Every loader takes the model and a path or a mapping of names to arrays, and fills the model's parameters in place:

- `load_google`, `export_google`: Google's .npz files, those of the paper and of "How to train your ViT?"
- `load_timm`, `load_torchvision`, `load_huggingface`: state dicts of these libraries' models, or files of such
- `load_layout`: any other layout, by a table of `row(...)`s that you write

A checkpoint that holds the weights beside other things is opened, and what stands in front of all names, as `module.`,
is taken away. Position embeddings are resized to the model's grid, each library's in its own way. Where the head is one
for another number of classes, or missing, the model's own is set to zero, with a warning. Anything else that does not
fit (missing, surplus, misshapen, not finite) raises one WeightsError that lists all of it, and the model is left as it
was. No file can run code: .npz files are read without pickles, and what torch.save wrote with `weights_only=True`.

`split_qkv` takes query, key and value out of one matrix, whatever the order of its rows (a row's `order` does it for a
layout), and `resize_patch_embedding` makes a patch kernel one for another size of patch.

`first_difference` runs two models and names the stage at which they part.
"""

from vit_course.weights.difference import Difference, first_difference
from vit_course.weights.engine import WeightsError, row
from vit_course.weights.fused import split_qkv
from vit_course.weights.google import export_google, load_google
from vit_course.weights.huggingface import load_huggingface
from vit_course.weights.layout import load_layout
from vit_course.weights.patch_kernel import resize_patch_embedding
from vit_course.weights.timm import load_timm
from vit_course.weights.torchvision import load_torchvision

__all__ = [
    "Difference",
    "WeightsError",
    "export_google",
    "first_difference",
    "load_google",
    "load_huggingface",
    "load_layout",
    "load_timm",
    "load_torchvision",
    "resize_patch_embedding",
    "row",
    "split_qkv",
]
