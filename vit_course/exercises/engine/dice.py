"""Dropout and random numbers that depend on the place alone, so that two right modules drop the same values."""

import contextlib
import math
from collections.abc import Iterator
from typing import Any
from unittest import mock

import torch
from torch import Tensor


class Dice:
    """In the block, dropout and random numbers follow a fixed pattern.

    `thrown` says whether numbers were drawn, `coins` whether one came alone, and `dropped` through how many a dropout
    went.

    Dropout that is written by hand is right in two ways: numbers from `rate` on are kept, or those below 1 - rate.
    Numbers that are `mirrored` serve the second.
    """

    def __init__(self, mirrored: bool = False) -> None:
        self.mirrored = mirrored
        self.thrown = self.coins = False
        self.dropped = 0

    @contextlib.contextmanager
    def __call__(self) -> Iterator[None]:
        """Replace dropout where all its forms end, nn.Dropout's in torch._VF and others' in torch; and the numbers."""
        dropout: dict[str, Any] = {
            "dropout": self._dropout,
            "dropout_": lambda input, p, train: input.copy_(self._dropout(input, p, train)),
            "feature_dropout": self._feature_dropout,
        }
        numbers: dict[str, Any] = {"rand": self._rand, "rand_like": self._rand_like, "bernoulli": self._bernoulli}
        methods: dict[str, Any] = {  # functions, not bound methods: the tensor is their first argument
            "bernoulli": lambda tensor, *args, **settings: self._bernoulli(tensor, *args, **settings),
            "bernoulli_": lambda tensor, *args, **settings: self._bernoulli_(tensor, *args, **settings),
            "uniform_": lambda tensor, *args, **settings: self._uniform_(tensor, *args, **settings),
        }
        with (
            mock.patch.multiple("torch", **dropout, **numbers),
            mock.patch.multiple("torch._VF", **dropout),
            mock.patch.multiple(Tensor, **methods),
            mock.patch("torch.nn.functional.scaled_dot_product_attention", self._attention),
            mock.patch("torch._C._nn.scaled_dot_product_attention", self._attention),
        ):
            yield

    def _numbers(self, like: Tensor) -> Tensor:
        self.thrown = True
        self.dropped += like.numel()
        alone = like.dim() <= 1 and like.numel() == 1  # no mask: a coin that decides for a whole layer, say
        self.coins |= alone
        numbers = torch.full_like(like, 0.01) if alone else _pattern(like)
        return 1 - numbers if self.mirrored else numbers

    def _rand(self, *size: Any, **settings: Any) -> Tensor:
        settings.pop("generator", None)
        like = torch.empty(*size, **settings)
        return self._numbers(like).to(like).requires_grad_(like.requires_grad)

    def _rand_like(self, input: Tensor, **settings: Any) -> Tensor:
        like = torch.empty_like(input, **settings)
        return self._numbers(like).to(like)

    def _bernoulli(self, input: Tensor, p: float | None = None, **_: Any) -> Tensor:
        share = input if p is None else torch.full_like(input, p)
        numbers = self._numbers(input)
        return (numbers > 1 - share if self.mirrored is False else 1 - numbers < share).to(input)

    def _bernoulli_(self, input: Tensor, p: Any = 0.5, **_: Any) -> Tensor:
        return input.copy_(self._bernoulli(torch.zeros_like(input, dtype=torch.float32) + p))

    def _uniform_(self, input: Tensor, a: float = 0, b: float = 1, **_: Any) -> Tensor:
        return input.copy_(a + (b - a) * self._numbers(input))

    def _dropout(self, input: Tensor, p: float, train: bool) -> Tensor:
        if not train or p == 0:
            return input
        self.dropped += input.numel()
        return input * (_pattern(input) >= p) / (1 - p) if p < 1 else input * 0

    def _feature_dropout(self, input: Tensor, p: float, train: bool) -> Tensor:
        """What nn.Dropout1d to 3d come to: whole rows are dropped, whatever follows the second axis."""
        if not train or p == 0:
            return input
        self.dropped += input.numel()
        rows = _pattern(input[(slice(None), slice(None), *[slice(1)] * (input.dim() - 2))])
        return input * (rows >= p) / (1 - p)

    def _attention(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        attn_mask: Tensor | None = None,
        dropout_p: float = 0.0,
        is_causal: bool = False,
        scale: float | None = None,
        enable_gqa: bool = False,
    ) -> Tensor:
        """scaled_dot_product_attention as its documentation writes it out, with the dropout of this file."""
        scores = query @ key.transpose(-2, -1) * (1 / math.sqrt(query.shape[-1]) if scale is None else scale)
        if is_causal:
            attn_mask = torch.ones(scores.shape[-2:], dtype=torch.bool, device=scores.device).tril()
        if attn_mask is not None:
            scores = scores.masked_fill(~attn_mask, -math.inf) if attn_mask.dtype == torch.bool else scores + attn_mask
        return self._dropout(scores.softmax(dim=-1), dropout_p, True) @ value


def _pattern(like: Tensor) -> Tensor:
    """Numbers between 0 and 1 that look drawn at random, by the place alone."""
    place = torch.arange(1, like.numel() + 1, device=like.device).reshape(like.shape)
    return (place * 0.6180339887) % 1
