"""Exercise 4.5: drop_path."""

import math

import torch

from vit_course import block as solutions
from vit_course.exercises.engine.exercise import Case, Exercise


def _what_was_dropped(results, branch, rate, training):
    """What happened to the images of a large batch, in words that are the same however the dice fall."""
    if any(result.shape != branch.shape for result in results):
        return "of another shape"
    factors = torch.stack(results) / branch  # [calls, batch, tokens, hidden]
    values = (1000 * factors).round().unique() / 1000
    if len(values) > 3:
        return "multiplied by many different factors"
    found = " or ".join(f"{value:.3g}" for value in values.tolist())
    if not torch.allclose(factors, factors[:, :, :1, :1].expand_as(factors), atol=1e-3):
        whole_tokens = torch.allclose(factors, factors[..., :1].expand_as(factors), atol=1e-3)
        spared = [token for token in range(factors.shape[2]) if torch.allclose(factors[:, :, token], torch.ones(()))]
        if whole_tokens and 0 < len(spared) < factors.shape[2]:
            return f"{found} times the branch, but 1 times it at every call in each image's token {spared[0]}"
        return f"{found} times the branch, decided for each {'token' if whole_tokens else 'number'} by itself"
    kept = factors[:, :, 0, 0] != 0  # [calls, batch]
    if len(values) == 1 or (kept == kept[:, :1]).all():
        return "the branch unchanged" if (values - 1).abs().max() < 1e-3 else "the same for all images of the batch"
    share = 5 * round(20 * kept.float().mean().item())
    return f"{found} times the branch for whole images, not zero for {share} % of them{_dependence(kept)}"


def _dependence(kept):
    """In what [calls, batch] of yes and no are not independent draws, for a sentence; "" if they are."""
    if (kept == kept[:1]).all():
        return ", and the same ones at every call"
    counts = kept.sum(dim=1)
    if (counts == counts[0]).all():  # by chance once in 1e13: they spread by 22
        return f", but exactly {counts[0]} of {kept.shape[1]} at every call, which no independent draws would give"
    share = kept.float().mean().item()
    alike = share**2 + (1 - share) ** 2  # how often two independent draws agree
    for distance in (1, 2, kept.shape[1] // 2):
        agree = kept == kept.roll(distance, dims=1)
        # Seven standard deviations of what independent draws show: once in 1e11.
        if abs(agree.float().mean().item() - alike) > 7 * math.sqrt(alike * (1 - alike) / agree.numel()):
            return f", but images {distance} apart share their fate too often or too seldom for draws of their own"
    return ""


def _branches():
    # The shares kept lie 8 standard deviations or more from where the rounding of _what_was_dropped turns over.
    settings = (
        ((3_000, 2, 3), 0.7, True),
        ((3_000, 3, 2), 0.25, True),  # no multiple of a tenth: coarse draws show in the share
        ((300, 2, 5), 0.5, False),
        ((1, 5, 6), 0.2, False),
    )
    return [Case((torch.rand(shape) + 0.5, *rest), summary=_what_was_dropped) for shape, *rest in settings]


exercise = Exercise(
    "4.5",
    solutions.drop_path,
    cases=_branches,
    hints=(
        "Draw one number for each image: 1 with probability keep = 1 - rate, else 0. Which shape must these numbers "
        "have to multiply [batch, tokens, hidden]?",
        "[batch, 1, 1] broadcasts over tokens and hidden. What is kept must make up for what is lost, so that the mean "
        "stays: divide by keep. In evaluation mode the branch goes through as it is.",
        "if not training:\n"
        "    return branch\n"
        "keep = 1 - rate\n"
        "mask = torch.rand(len(branch), 1, 1, device=branch.device) < keep\n"
        "return branch * mask / keep",
    ),
)


def _draw(probability, *shape, like):
    return torch.bernoulli(torch.full(shape, probability, device=like.device))


@exercise.mistake(
    "The scaling is forgotten. Where images lose their branch, the mean falls to keep = 1 - rate of what it was; in "
    "evaluation none does, and the next layer would meet larger numbers than it was trained on: divide by keep."
)
def not_scaled(branch, rate, training):
    return branch * _draw(1 - rate, len(branch), 1, 1, like=branch) if training else branch


@exercise.mistake(
    "You drop each number by itself: that is ordinary dropout. Drop path takes the whole branch away from an image, so "
    "draw once an image: a mask of shape [batch, 1, 1]."
)
def per_element(branch, rate, training):
    return branch * _draw(1 - rate, *branch.shape, like=branch) / (1 - rate) if training else branch


@exercise.mistake(
    "You draw for each token: some tokens of an image get the branch and others don't. It is one draw an image, for "
    "all of its tokens: a mask of shape [batch, 1, 1]."
)
def per_token(branch, rate, training):
    return branch * _draw(1 - rate, *branch.shape[:2], 1, like=branch) / (1 - rate) if training else branch


@exercise.mistake(
    "You draw once for the whole batch: all images keep the branch or all lose it. Draw one number for each image."
)
def per_batch(branch, rate, training):
    return branch * _draw(1 - rate, 1, 1, 1, like=branch) / (1 - rate) if training else branch


@exercise.mistake(
    "It drops in evaluation mode as well. With training=False the branch goes through as it is: there dice would spoil "
    "the prediction, and the mean is right already."
)
def always(branch, rate, training):
    return solutions.drop_path(branch, rate, True)


@exercise.mistake(
    "You keep the branch with probability `rate`, and lose it with 1 - rate. `rate` is the share that is dropped, as "
    "in nn.Dropout."
)
def kept_with_rate(branch, rate, training):
    return branch * _draw(rate, len(branch), 1, 1, like=branch) / (1 - rate) if training else branch


@exercise.mistake(
    "You took `rate` for the share that is kept, throughout. It is the share that is dropped, as in nn.Dropout."
)
def rate_is_kept(branch, rate, training):
    return branch * _draw(rate, len(branch), 1, 1, like=branch) / rate if training else branch


@exercise.mistake(
    "You divide by rate. What is left of the mean is the kept share, keep = 1 - rate, so it is keep to divide by."
)
def divided_by_rate(branch, rate, training):
    return branch * _draw(1 - rate, len(branch), 1, 1, like=branch) / rate if training else branch


@exercise.mistake(
    "You multiply by keep what should be divided by it: the few that are left must make up for the others."
)
def multiplied_by_keep(branch, rate, training):
    return branch * _draw(1 - rate, len(branch), 1, 1, like=branch) * (1 - rate) if training else branch


@exercise.mistake(
    "You scale in evaluation mode, as dropout did in its first paper. Here training makes up for the loss, by dividing "
    "by keep, and evaluation leaves the branch alone."
)
def scaled_in_evaluation(branch, rate, training):
    return branch * _draw(1 - rate, len(branch), 1, 1, like=branch) if training else branch * (1 - rate)


@exercise.mistake("Nothing is ever dropped: the branch comes back unchanged in training mode as well.")
def never(branch, rate, training):
    return branch


@exercise.mistake(
    "The shapes do not fit. A mask of shape [batch] does not broadcast over [batch, tokens, hidden], as shapes are "
    "lined up from the right: make it [batch, 1, 1]."
)
def mask_of_one_dimension(branch, rate, training):
    return branch * _draw(1 - rate, len(branch), like=branch) / (1 - rate) if training else branch


@exercise.mistake(
    "You drop a fixed number of images, always as many. The draws are then not independent, and a batch of one never "
    "loses its branch, or always: draw for each image by itself, torch.rand(len(branch), 1, 1)."
)
def fixed_number(branch, rate, training):
    if not training:
        return branch
    mask = torch.ones(len(branch), 1, 1, device=branch.device)
    mask[torch.randperm(len(branch), device=branch.device)[: round(rate * len(branch))]] = 0
    return branch * mask / (1 - rate)


@exercise.mistake(
    "The same images lose their branch at every call: is a seed set inside, or does the mask not come from a draw at "
    "all? Draw anew at each call, and leave the seed to whoever calls."
)
def the_same_ones(branch, rate, training):
    numbers = torch.rand(len(branch), 1, 1, generator=torch.Generator().manual_seed(0)).to(branch.device)
    return branch * (numbers >= rate) / (1 - rate) if training else branch


@exercise.mistake(
    "One draw decides for two neighbours. Each image has a draw of its own: a mask of shape [batch, 1, 1]."
)
def pairs(branch, rate, training):
    mask = _draw(1 - rate, (len(branch) + 1) // 2, 1, 1, like=branch).repeat_interleave(2, dim=0)[: len(branch)]
    return branch * mask / (1 - rate) if training else branch


@exercise.mistake(
    "Your draws are coarse: ten numbers, say, so that a rate of 0.25 becomes 0.2 or 0.3. torch.rand draws from the "
    "whole interval: torch.rand(len(branch), 1, 1) < keep."
)
def coarse_draws(branch, rate, training):
    if not training:
        return branch
    numbers = torch.randint(10, (len(branch), 1, 1), device=branch.device)
    return branch * (numbers >= round(10 * rate)) / (1 - rate)
