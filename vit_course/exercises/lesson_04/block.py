"""Exercise 4.2: Block."""

import torch
from torch import nn

from vit_course import block as solutions
from vit_course.exercises.engine.exercise import Case, Exercise
from vit_course.exercises.engine.small import small_config


def _blocks():
    return [
        Case((torch.randn(2, 5, 12),), init=(small_config(),)),
        Case((torch.randn(1, 3, 8), True), init=(small_config(hidden_size=8, num_heads=2, mlp_dim=32),)),
        Case((0.003 * torch.randn(2, 4, 12), True), init=(small_config(gelu="exact"),)),
        Case((torch.randn(2, 4, 12), False), init=(small_config(dropout=0.3, attention_dropout=0.2),)),
        Case((torch.randn(2, 5, 12) + 1, True), init=(small_config(dropout=0.3, attention_dropout=0.2),), train=True),
    ]


def _as_built(module, config):
    """What no input shows once attention has made the stream larger: the eps of the second norm."""
    norm = getattr(module, "ffn_norm", None)
    if isinstance(norm, nn.LayerNorm) and norm.eps != 1e-6:
        return (
            f"No number here shows it, but ffn_norm has eps={norm.eps:g}, and all norms of this model have 1e-6: "
            f"nn.LayerNorm(config.hidden_size, eps=1e-6). It counts where a token's numbers are small."
        )
    return ""


exercise = Exercise(
    "4.2",
    solutions.Block,
    cases=_blocks,
    hints=(
        "Two halves of the same build: normalise a copy, compute a branch from it, add the branch to the stream. What "
        "does the second half read: the stream as it came in, or as the first half left it?",
        "Attention returns two things: branch, weights = self.attn(self.attention_norm(tokens), return_attention). "
        "The norms are nn.LayerNorm(config.hidden_size, eps=1e-6).",
        "branch, weights = self.attn(self.attention_norm(tokens), return_attention)\n"
        "tokens = tokens + branch\n"
        "tokens = tokens + self.ffn(self.ffn_norm(tokens))\n"
        "return tokens, weights",
    ),
    start=_as_built,
)


class _Parts(solutions.Block):
    """What the mistakes below share with the correct class: its parts."""

    def mix(self, tokens, return_attention=False):
        return self.attn(tokens, return_attention)


@exercise.mistake(
    "That is post-norm, as in the Transformer of 2017: you normalise the sum. In a Vision Transformer the norm stands "
    "before attention and before the MLP, inside the branch, and nothing touches the sum: tokens + attn(norm(tokens))."
)
class PostNorm(_Parts):
    def forward(self, tokens, return_attention=False):
        branch, weights = self.mix(tokens, return_attention)
        tokens = self.attention_norm(tokens + branch)
        return self.ffn_norm(tokens + self.ffn(tokens)), weights


@exercise.mistake(
    "You normalise the branch after attention and MLP have made it. The norm comes first: it is what they read, "
    "attn(norm(tokens)), not norm(attn(tokens))."
)
class BranchNormed(_Parts):
    def forward(self, tokens, return_attention=False):
        branch, weights = self.mix(tokens, return_attention)
        tokens = tokens + self.attention_norm(branch)
        return tokens + self.ffn_norm(self.ffn(tokens)), weights


@exercise.mistake(
    "Neither branch is added to the stream: each replaces it, and what came in is lost. It is tokens = tokens + branch."
)
class NoResidual(_Parts):
    def forward(self, tokens, return_attention=False):
        tokens, weights = self.mix(self.attention_norm(tokens), return_attention)
        return self.ffn(self.ffn_norm(tokens)), weights


@exercise.mistake("The first residual is missing: attention's branch replaces the stream. Add it: tokens + branch.")
class NoFirstResidual(_Parts):
    def forward(self, tokens, return_attention=False):
        tokens, weights = self.mix(self.attention_norm(tokens), return_attention)
        return tokens + self.ffn(self.ffn_norm(tokens)), weights


@exercise.mistake("The second residual is missing: the MLP's branch replaces the stream. Add it: tokens + ffn(...).")
class NoSecondResidual(_Parts):
    def forward(self, tokens, return_attention=False):
        branch, weights = self.mix(self.attention_norm(tokens), return_attention)
        return self.ffn(self.ffn_norm(tokens + branch)), weights


@exercise.mistake(
    "You normalised the stream itself: after `tokens = norm(tokens)` the branch is added to the normalised copy, and "
    "the stream as it came in is lost. Give the copy another name, or none: attn(norm(tokens))."
)
class StreamNormed(_Parts):
    def forward(self, tokens, return_attention=False):
        tokens = self.attention_norm(tokens)
        branch, weights = self.mix(tokens, return_attention)
        tokens = self.ffn_norm(tokens + branch)
        return tokens + self.ffn(tokens), weights


@exercise.mistake("You used attention_norm in both halves. The MLP has a norm of its own: ffn_norm.")
class SameNormTwice(_Parts):
    def forward(self, tokens, return_attention=False):
        branch, weights = self.mix(self.attention_norm(tokens), return_attention)
        tokens = tokens + branch
        return tokens + self.ffn(self.attention_norm(tokens)), weights


@exercise.mistake("The two norms are swapped: attention_norm is what attention reads through, ffn_norm the MLP.")
class NormsSwapped(_Parts):
    def forward(self, tokens, return_attention=False):
        branch, weights = self.mix(self.ffn_norm(tokens), return_attention)
        tokens = tokens + branch
        return tokens + self.ffn(self.attention_norm(tokens)), weights


@exercise.mistake(
    "Both halves read the stream as it came in. The second must read it after attention has written: update tokens, "
    "then normalise again. (The parallel version exists, in ViT-22B; this model is trained one half after the other.)"
)
class Parallel(_Parts):
    def forward(self, tokens, return_attention=False):
        branch, weights = self.mix(self.attention_norm(tokens), return_attention)
        return tokens + branch + self.ffn(self.ffn_norm(tokens)), weights


@exercise.mistake(
    "You added the MLP's branch to the stream as it came in: what attention wrote reaches the MLP, but not the output. "
    "Add to the updated stream: tokens = tokens + branch comes first."
)
class AttentionNotKept(_Parts):
    def forward(self, tokens, return_attention=False):
        branch, weights = self.mix(self.attention_norm(tokens), return_attention)
        return tokens + self.ffn(self.ffn_norm(tokens + branch)), weights


@exercise.mistake("The MLP reads the stream as it is: its norm is missing. It is ffn(ffn_norm(tokens)).")
class NoSecondNorm(_Parts):
    def forward(self, tokens, return_attention=False):
        branch, weights = self.mix(self.attention_norm(tokens), return_attention)
        tokens = tokens + branch
        return tokens + self.ffn(tokens), weights


@exercise.mistake(
    "Your norms have another eps, probably PyTorch's default of 1e-5. The Vision Transformer has 1e-6; the difference "
    "shows where the numbers are small: nn.LayerNorm(hidden_size, eps=1e-6)."
)
class DefaultEps(_Parts):
    def __init__(self, config):
        super().__init__(config)
        self.attention_norm = nn.LayerNorm(config.hidden_size)
        self.ffn_norm = nn.LayerNorm(config.hidden_size)


@exercise.mistake(
    "You returned the tokens alone. A block returns a pair, tokens and attention weights; the weights are None unless "
    "they were asked for: `return tokens, weights`."
)
class TokensAlone(_Parts):
    def forward(self, tokens, return_attention=False):
        return super().forward(tokens, return_attention)[0]


@exercise.mistake(
    "You return the attention weights although nobody asked. Pass `return_attention` on to attention: where it is "
    "False, the fast path is taken, and None comes back in place of the large matrix."
)
class WeightsAlways(_Parts):
    def forward(self, tokens, return_attention=False):
        return super().forward(tokens, True)


@exercise.mistake("`return_attention` does not reach attention: pass it on, self.attn(..., return_attention).")
class WeightsForgotten(_Parts):
    def forward(self, tokens, return_attention=False):
        return super().forward(tokens, False)


@exercise.mistake(
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


@exercise.mistake("The halves have changed places: attention comes first, and the MLP works on what it has written.")
class MlpFirst(_Parts):
    def forward(self, tokens, return_attention=False):
        tokens = tokens + self.ffn(self.ffn_norm(tokens))
        branch, weights = self.mix(self.attention_norm(tokens), return_attention)
        return tokens + branch, weights


@exercise.mistake(
    "ffn_norm has another eps, probably PyTorch's default of 1e-5; attention_norm is right. Both norms have 1e-6: "
    "nn.LayerNorm(hidden_size, eps=1e-6). It counts where a token's numbers are small, which hardly shows here."
)
class SecondEps(_Parts):
    def __init__(self, config):
        super().__init__(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size)
