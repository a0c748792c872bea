"""gradcheck, with what the pretended GPUs cannot do left out."""

import functools

import torch

from vit_course import device

gradcheck = functools.partial(torch.autograd.gradcheck, check_undefined_grad=device().type == "cpu")
