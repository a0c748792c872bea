"""Published weights in and out: one file per layout, each a table of names over one small engine.

Every loader takes the model and a path or a mapping of names to arrays, and fills the model's parameters in place:

- `load_google`, `export_google`: Google's .npz files, those of the paper and of "How to train your ViT?"
- `load_timm`, `load_torchvision`, `load_huggingface`: state dicts of these libraries' models, or files of such

Position embeddings are resized to the model's grid. A head of another number of classes is left out with a warning,
and the model's own set to zero. Anything else that does not fit (missing, surplus, misshapen, not finite) raises one
WeightsError that lists all of it, and the model is left as it was. No file can run code: .npz files are read without
pickles, and what torch.save wrote with `weights_only=True`.
"""

from vit_course.weights.engine import WeightsError
from vit_course.weights.google import export_google, load_google
from vit_course.weights.huggingface import load_huggingface
from vit_course.weights.timm import load_timm
from vit_course.weights.torchvision import load_torchvision

__all__ = ["WeightsError", "export_google", "load_google", "load_huggingface", "load_timm", "load_torchvision"]
