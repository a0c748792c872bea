"""The exercises of lesson 04: the block."""

import torch
from torch import nn

from vit_course import block as solutions
from vit_course.config import ViTConfig
from vit_course.exercises.exercise import Case, Exercise


def _config(**changes):
    numbers = {"hidden_size": 12, "mlp_dim": 20, "num_heads": 3, "num_layers": 1, "image_size": 16, "num_classes": 0}
    return ViTConfig(**numbers | changes)


def _mlps():
    return [
        Case((2 * torch.randn(2, 5, 12),), init=(_config(),)),
        Case((2 * torch.randn(3, 4, 12),), init=(_config(gelu="exact"),)),
        Case((2 * torch.randn(1, 7, 8),), init=(_config(hidden_size=8, num_heads=2, mlp_dim=32),)),
        Case((2 * torch.randn(2, 5, 12),), init=(_config(dropout=0.5),), train=True),
    ]


mlp = Exercise(
    solutions.Mlp,
    cases=_mlps,
    hints=(
        "Five steps for each token: linear layer, GELU, dropout, linear layer, dropout. Which of them have parameters?",
        "nn.Linear(hidden_size, mlp_dim) and back. nn.GELU takes approximate='tanh' or 'none' (exact), and config.gelu "
        "says which of them is wanted. One nn.Dropout may serve in both places: it has no parameters.",
        "self.gelu = nn.GELU(approximate='tanh' if config.gelu == 'tanh' else 'none'); "
        "return self.dropout(self.fc2(self.dropout(self.gelu(self.fc1(tokens)))))",
    ),
)


@mlp.mistake(
    "GELU is missing. Without it the two linear layers are one: no product of two matrices does more than a matrix."
)
class NoActivation(solutions.Mlp):
    def forward(self, tokens):
        return self.dropout(self.fc2(self.dropout(self.fc1(tokens))))


@mlp.mistake("You took ReLU. The Vision Transformer's MLP has GELU, which is smooth at zero.")
class WithReLU(solutions.Mlp):
    def forward(self, tokens):
        return self.dropout(self.fc2(self.dropout(self.fc1(tokens).relu())))


@mlp.mistake(
    "Your GELU is always the exact one, PyTorch's default. `config.gelu` may ask for the approximation: "
    "nn.GELU(approximate='tanh')."
)
class AlwaysExact(solutions.Mlp):
    def forward(self, tokens):
        return self.dropout(self.fc2(self.dropout(nn.functional.gelu(self.fc1(tokens)))))


@mlp.mistake("Your GELU is always the tanh approximation. `config.gelu` may ask for the exact one: approximate='none'.")
class AlwaysTanh(solutions.Mlp):
    def forward(self, tokens):
        return self.dropout(self.fc2(self.dropout(nn.functional.gelu(self.fc1(tokens), approximate="tanh"))))


@mlp.mistake(
    "You put a GELU after the second linear layer as well. What goes into the stream must be free to be negative: GELU "
    "stands between the layers only."
)
class ActivationAtTheEnd(solutions.Mlp):
    def forward(self, tokens):
        return self.dropout(self.gelu(self.fc2(self.dropout(self.gelu(self.fc1(tokens))))))


@mlp.mistake("All is right in evaluation mode, but in training mode there is no dropout. It comes twice.")
class NoDropout(solutions.Mlp):
    def forward(self, tokens):
        return self.fc2(self.gelu(self.fc1(tokens)))


@mlp.mistake("Dropout is missing after GELU. It comes twice: after GELU and after the second linear layer.")
class DropoutOnlyAtTheEnd(solutions.Mlp):
    def forward(self, tokens):
        return self.dropout(self.fc2(self.gelu(self.fc1(tokens))))


@mlp.mistake("Dropout is missing at the end. It comes twice: after GELU and after the second linear layer.")
class DropoutOnlyInside(solutions.Mlp):
    def forward(self, tokens):
        return self.fc2(self.dropout(self.gelu(self.fc1(tokens))))


@mlp.mistake("The first dropout stands before GELU. It comes after: the scaling would else go through a bent function.")
class DropoutBeforeActivation(solutions.Mlp):
    def forward(self, tokens):
        return self.dropout(self.fc2(self.gelu(self.dropout(self.fc1(tokens)))))


@mlp.mistake(
    "You added the input to the output. The residual is the block's business: the MLP returns its branch alone."
)
class WithResidual(solutions.Mlp):
    def forward(self, tokens):
        return tokens + super().forward(tokens)


@mlp.mistake(
    "Your MLP is 4 times as wide as the stream, whatever the configuration says. Take config.mlp_dim; the factor 4 is "
    "a habit, not a law."
)
class FourTimes(solutions.Mlp):
    def __init__(self, config):
        super().__init__(config)
        self.fc1 = nn.Linear(config.hidden_size, 4 * config.hidden_size)
        self.fc2 = nn.Linear(4 * config.hidden_size, config.hidden_size)


def _blocks():
    return [
        Case((torch.randn(2, 5, 12),), init=(_config(),)),
        Case((torch.randn(1, 3, 8), True), init=(_config(hidden_size=8, num_heads=2, mlp_dim=32),)),
        Case((0.003 * torch.randn(2, 4, 12), True), init=(_config(gelu="exact"),)),
        Case((torch.randn(2, 5, 12) + 1, True), init=(_config(dropout=0.5, attention_dropout=0.5),), train=True),
    ]


layer = Exercise(
    solutions.Block,
    cases=_blocks,
    hints=(
        "Two halves of the same build: normalise a copy, compute a branch from it, add the branch to the stream. What "
        "does the second half read: the stream as it came in, or as the first half left it?",
        "Attention returns two things: branch, weights = self.attn(self.attention_norm(tokens), return_attention). "
        "The norms are nn.LayerNorm(config.hidden_size, eps=1e-6).",
        "tokens = tokens + branch; tokens = tokens + self.ffn(self.ffn_norm(tokens)); return tokens, weights",
    ),
)


class _Parts(solutions.Block):
    """What the mistakes below share with the correct class: its parts."""

    def mix(self, tokens, return_attention=False):
        return self.attn(tokens, return_attention)


@layer.mistake(
    "That is post-norm, as in the Transformer of 2017: you normalise the sum. In a Vision Transformer the norm stands "
    "before attention and before the MLP, inside the branch, and nothing touches the sum: tokens + attn(norm(tokens))."
)
class PostNorm(_Parts):
    def forward(self, tokens, return_attention=False):
        branch, weights = self.mix(tokens, return_attention)
        tokens = self.attention_norm(tokens + branch)
        return self.ffn_norm(tokens + self.ffn(tokens)), weights


@layer.mistake(
    "You normalise the branch after attention and MLP have made it. The norm comes first: it is what they read, "
    "attn(norm(tokens)), not norm(attn(tokens))."
)
class BranchNormed(_Parts):
    def forward(self, tokens, return_attention=False):
        branch, weights = self.mix(tokens, return_attention)
        tokens = tokens + self.attention_norm(branch)
        return tokens + self.ffn_norm(self.ffn(tokens)), weights


@layer.mistake(
    "Neither branch is added to the stream: each replaces it, and what came in is lost. It is tokens = tokens + branch."
)
class NoResidual(_Parts):
    def forward(self, tokens, return_attention=False):
        tokens, weights = self.mix(self.attention_norm(tokens), return_attention)
        return self.ffn(self.ffn_norm(tokens)), weights


@layer.mistake("The first residual is missing: attention's branch replaces the stream. Add it: tokens + branch.")
class NoFirstResidual(_Parts):
    def forward(self, tokens, return_attention=False):
        tokens, weights = self.mix(self.attention_norm(tokens), return_attention)
        return tokens + self.ffn(self.ffn_norm(tokens)), weights


@layer.mistake("The second residual is missing: the MLP's branch replaces the stream. Add it: tokens + ffn(...).")
class NoSecondResidual(_Parts):
    def forward(self, tokens, return_attention=False):
        branch, weights = self.mix(self.attention_norm(tokens), return_attention)
        return self.ffn(self.ffn_norm(tokens + branch)), weights


@layer.mistake(
    "You normalised the stream itself: after `tokens = norm(tokens)` the branch is added to the normalised copy, and "
    "the stream as it came in is lost. Give the copy another name, or none: attn(norm(tokens))."
)
class StreamNormed(_Parts):
    def forward(self, tokens, return_attention=False):
        tokens = self.attention_norm(tokens)
        branch, weights = self.mix(tokens, return_attention)
        tokens = self.ffn_norm(tokens + branch)
        return tokens + self.ffn(tokens), weights


@layer.mistake("You used attention_norm in both halves. The MLP has a norm of its own: ffn_norm.")
class SameNormTwice(_Parts):
    def forward(self, tokens, return_attention=False):
        branch, weights = self.mix(self.attention_norm(tokens), return_attention)
        tokens = tokens + branch
        return tokens + self.ffn(self.attention_norm(tokens)), weights


@layer.mistake("The two norms are swapped: attention_norm is what attention reads through, ffn_norm the MLP.")
class NormsSwapped(_Parts):
    def forward(self, tokens, return_attention=False):
        branch, weights = self.mix(self.ffn_norm(tokens), return_attention)
        tokens = tokens + branch
        return tokens + self.ffn(self.attention_norm(tokens)), weights


@layer.mistake(
    "Both halves read the stream as it came in. The second must read it after attention has written: update tokens, "
    "then normalise again. (The parallel version exists, in ViT-22B; this model is trained one half after the other.)"
)
class Parallel(_Parts):
    def forward(self, tokens, return_attention=False):
        branch, weights = self.mix(self.attention_norm(tokens), return_attention)
        return tokens + branch + self.ffn(self.ffn_norm(tokens)), weights


@layer.mistake(
    "You added the MLP's branch to the stream as it came in: what attention wrote reaches the MLP, but not the output. "
    "Add to the updated stream: tokens = tokens + branch comes first."
)
class AttentionNotKept(_Parts):
    def forward(self, tokens, return_attention=False):
        branch, weights = self.mix(self.attention_norm(tokens), return_attention)
        return tokens + self.ffn(self.ffn_norm(tokens + branch)), weights


@layer.mistake("The MLP reads the stream as it is: its norm is missing. It is ffn(ffn_norm(tokens)).")
class NoSecondNorm(_Parts):
    def forward(self, tokens, return_attention=False):
        branch, weights = self.mix(self.attention_norm(tokens), return_attention)
        tokens = tokens + branch
        return tokens + self.ffn(tokens), weights


@layer.mistake(
    "Your norms have another eps, probably PyTorch's default of 1e-5. The Vision Transformer has 1e-6; the difference "
    "shows where the numbers are small: nn.LayerNorm(hidden_size, eps=1e-6)."
)
class DefaultEps(_Parts):
    def __init__(self, config):
        super().__init__(config)
        self.attention_norm = nn.LayerNorm(config.hidden_size)
        self.ffn_norm = nn.LayerNorm(config.hidden_size)


@layer.mistake(
    "You returned the tokens alone. A block returns a pair, tokens and attention weights; the weights are None unless "
    "they were asked for: `return tokens, weights`."
)
class TokensAlone(_Parts):
    def forward(self, tokens, return_attention=False):
        return super().forward(tokens, return_attention)[0]


@layer.mistake(
    "You return the attention weights although nobody asked. Pass `return_attention` on to attention: where it is "
    "False, the fast path is taken, and None comes back in place of the large matrix."
)
class WeightsAlways(_Parts):
    def forward(self, tokens, return_attention=False):
        return super().forward(tokens, True)


@layer.mistake("`return_attention` does not reach attention: pass it on, self.attn(..., return_attention).")
class WeightsForgotten(_Parts):
    def forward(self, tokens, return_attention=False):
        return super().forward(tokens, False)


@layer.mistake(
    "There is one dropout too many. Attention and Mlp each end with their own dropout already: the block adds none."
)
class DropoutAgain(_Parts):
    def __init__(self, config):
        super().__init__(config)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.mix(self.attention_norm(tokens), return_attention)
        tokens = tokens + self.dropout(branch)
        return tokens + self.dropout(self.ffn(self.ffn_norm(tokens))), weights


def _what_was_dropped(result, branch, rate, training):
    """What happened to the images of a large batch, in words that are the same however the dice fall."""
    if result.shape != branch.shape:
        return "of another shape"
    factors = result / branch
    values = (1000 * factors).round().unique() / 1000
    if len(values) > 3:
        return "multiplied by many different factors"
    found = " or ".join(f"{value:.3g}" for value in values.tolist())
    if not torch.allclose(factors, factors[:, :1, :1].expand_as(factors), atol=1e-3):
        whole_tokens = torch.allclose(factors, factors[:, :, :1].expand_as(factors), atol=1e-3)
        return f"{found} times the branch, decided for each {'token' if whole_tokens else 'number'} by itself"
    if len(values) == 1:
        return "the branch unchanged" if abs(values.item() - 1) < 1e-3 else "the same for all images of the batch"
    share = 10 * round(10 * (factors[:, 0, 0] != 0).float().mean().item())
    return f"{found} times the branch, decided for each image as a whole, and not zero for {share} % of the images"


def _branches():
    # The shares kept, 0.8 and 0.3, lie six standard deviations from where the rounding of _what_was_dropped turns over.
    settings = (
        ((3_000, 4, 3), 0.2, True),
        ((3_000, 4, 3), 0.7, True),
        ((3_000, 2, 5), 0.5, False),
        ((1, 5, 6), 0.2, False),
    )
    return [Case((torch.rand(shape) + 0.5, *rest), summary=_what_was_dropped) for shape, *rest in settings]


path = Exercise(
    solutions.drop_path,
    cases=_branches,
    hints=(
        "Draw one number for each image: 1 with probability keep = 1 - rate, else 0. Which shape must these numbers "
        "have to multiply [batch, tokens, hidden]?",
        "[batch, 1, 1] broadcasts over tokens and hidden. What is kept must make up for what is lost, so that the mean "
        "stays: divide by keep. In evaluation mode the branch goes through as it is.",
        "if not training: return branch; keep = 1 - rate; "
        "mask = torch.rand(len(branch), 1, 1, device=branch.device) < keep; return branch * mask / keep",
    ),
)


def _draw(probability, *shape, like):
    return torch.bernoulli(torch.full(shape, probability, device=like.device))


@path.mistake(
    "The scaling is forgotten. Where images lose their branch, the mean falls to keep = 1 - rate of what it was; in "
    "evaluation none does, and the next layer would meet larger numbers than it was trained on: divide by keep."
)
def not_scaled(branch, rate, training):
    return branch * _draw(1 - rate, len(branch), 1, 1, like=branch) if training else branch


@path.mistake(
    "You drop each number by itself: that is ordinary dropout. Drop path takes the whole branch away from an image, so "
    "draw once an image: a mask of shape [batch, 1, 1]."
)
def per_element(branch, rate, training):
    return branch * _draw(1 - rate, *branch.shape, like=branch) / (1 - rate) if training else branch


@path.mistake(
    "You draw for each token: some tokens of an image get the branch and others don't. It is one draw an image, for "
    "all of its tokens: a mask of shape [batch, 1, 1]."
)
def per_token(branch, rate, training):
    return branch * _draw(1 - rate, *branch.shape[:2], 1, like=branch) / (1 - rate) if training else branch


@path.mistake(
    "You draw once for the whole batch: all images keep the branch or all lose it. Draw one number for each image."
)
def per_batch(branch, rate, training):
    return branch * _draw(1 - rate, 1, 1, 1, like=branch) / (1 - rate) if training else branch


@path.mistake(
    "It drops in evaluation mode as well. With training=False the branch goes through as it is: there dice would spoil "
    "the prediction, and the mean is right already."
)
def always(branch, rate, training):
    return solutions.drop_path(branch, rate, True)


@path.mistake(
    "You keep the branch with probability `rate`, and lose it with 1 - rate. `rate` is the share that is dropped, as "
    "in nn.Dropout."
)
def kept_with_rate(branch, rate, training):
    return branch * _draw(rate, len(branch), 1, 1, like=branch) / (1 - rate) if training else branch


@path.mistake(
    "You took `rate` for the share that is kept, throughout. It is the share that is dropped, as in nn.Dropout."
)
def rate_is_kept(branch, rate, training):
    return branch * _draw(rate, len(branch), 1, 1, like=branch) / rate if training else branch


@path.mistake(
    "You divide by rate. What is left of the mean is the kept share, keep = 1 - rate, so it is keep to divide by."
)
def divided_by_rate(branch, rate, training):
    return branch * _draw(1 - rate, len(branch), 1, 1, like=branch) / rate if training else branch


@path.mistake("You multiply by keep what should be divided by it: the few that are left must make up for the others.")
def multiplied_by_keep(branch, rate, training):
    return branch * _draw(1 - rate, len(branch), 1, 1, like=branch) * (1 - rate) if training else branch


@path.mistake(
    "You scale in evaluation mode, as dropout did in its first paper. Here training makes up for the loss, by dividing "
    "by keep, and evaluation leaves the branch alone."
)
def scaled_in_evaluation(branch, rate, training):
    return branch * _draw(1 - rate, len(branch), 1, 1, like=branch) if training else branch * (1 - rate)


@path.mistake("Nothing is ever dropped: the branch comes back unchanged in training mode as well.")
def never(branch, rate, training):
    return branch


@path.mistake(
    "The shapes do not fit. A mask of shape [batch] does not broadcast over [batch, tokens, hidden], as shapes are "
    "lined up from the right: make it [batch, 1, 1]."
)
def mask_of_one_dimension(branch, rate, training):
    return branch * _draw(1 - rate, len(branch), like=branch) / (1 - rate) if training else branch
