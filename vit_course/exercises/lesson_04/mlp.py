"""Exercise 4.1: Mlp."""

import torch
from torch import nn

from vit_course import block as solutions
from vit_course.exercises.engine.exercise import Case, Exercise
from vit_course.exercises.engine.small import small_config


def _mlps():
    return [
        Case((2 * torch.randn(2, 5, 12),), init=(small_config(),)),
        Case((2 * torch.randn(3, 4, 12),), init=(small_config(gelu="exact"),)),
        Case((2 * torch.randn(1, 7, 8),), init=(small_config(hidden_size=8, num_heads=2, mlp_dim=32),)),
        Case((2 * torch.randn(2, 4, 12),), init=(small_config(dropout=0.3),)),
        Case((40 * torch.randn(2, 3, 12),), init=(small_config(),)),
        Case((2 * torch.randn(2, 5, 12),), init=(small_config(dropout=0.3),), train=True),
    ]


exercise = Exercise(
    "4.1",
    solutions.Mlp,
    cases=_mlps,
    hints=(
        "Five steps for each token: linear layer, GELU, dropout, linear layer, dropout. Which of them have parameters?",
        "nn.Linear(hidden_size, mlp_dim) and back. nn.GELU takes approximate='tanh' or 'none' (exact), and config.gelu "
        "says which: approximate='tanh' if config.gelu == 'tanh' else 'none'. One nn.Dropout may serve twice: it has "
        "no parameters.",
        "return self.dropout(self.fc2(self.dropout(self.gelu(self.fc1(tokens)))))",
    ),
)


@exercise.mistake(
    "GELU is missing. Without it the two linear layers are one: no product of two matrices does more than a matrix."
)
class NoActivation(solutions.Mlp):
    def forward(self, tokens):
        return self.dropout(self.fc2(self.dropout(self.fc1(tokens))))


@exercise.mistake("You took ReLU. The Vision Transformer's MLP has GELU, which is smooth at zero.")
class WithReLU(solutions.Mlp):
    def forward(self, tokens):
        return self.dropout(self.fc2(self.dropout(self.fc1(tokens).relu())))


@exercise.mistake(
    "Your GELU is always the exact one, PyTorch's default. `config.gelu` may ask for the approximation: "
    "nn.GELU(approximate='tanh')."
)
class AlwaysExact(solutions.Mlp):
    def forward(self, tokens):
        return self.dropout(self.fc2(self.dropout(nn.functional.gelu(self.fc1(tokens)))))


@exercise.mistake(
    "Your GELU is always the tanh approximation. `config.gelu` may ask for the exact one: approximate='none'."
)
class AlwaysTanh(solutions.Mlp):
    def forward(self, tokens):
        return self.dropout(self.fc2(self.dropout(nn.functional.gelu(self.fc1(tokens), approximate="tanh"))))


@exercise.mistake(
    "You put a GELU after the second linear layer as well. What goes into the stream must be free to be negative: GELU "
    "stands between the layers only."
)
class ActivationAtTheEnd(solutions.Mlp):
    def forward(self, tokens):
        return self.dropout(self.gelu(self.fc2(self.dropout(self.gelu(self.fc1(tokens))))))


@exercise.mistake("All is right in evaluation mode, but in training mode there is no dropout. It comes twice.")
class NoDropout(solutions.Mlp):
    def forward(self, tokens):
        return self.fc2(self.gelu(self.fc1(tokens)))


@exercise.mistake("Dropout is missing after GELU. It comes twice: after GELU and after the second linear layer.")
class DropoutOnlyAtTheEnd(solutions.Mlp):
    def forward(self, tokens):
        return self.dropout(self.fc2(self.gelu(self.fc1(tokens))))


@exercise.mistake("Dropout is missing at the end. It comes twice: after GELU and after the second linear layer.")
class DropoutOnlyInside(solutions.Mlp):
    def forward(self, tokens):
        return self.fc2(self.dropout(self.gelu(self.fc1(tokens))))


@exercise.mistake(
    "The first dropout stands before GELU. It comes after: the scaling would else go through a bent function."
)
class DropoutBeforeActivation(solutions.Mlp):
    def forward(self, tokens):
        return self.dropout(self.fc2(self.gelu(self.dropout(self.fc1(tokens)))))


@exercise.mistake(
    "You added the input to the output. The residual is the block's business: the MLP returns its branch alone."
)
class WithResidual(solutions.Mlp):
    def forward(self, tokens):
        return tokens + super().forward(tokens)


@exercise.mistake(
    "Your MLP is 4 times as wide as the stream, whatever the configuration says. Take config.mlp_dim; the factor 4 is "
    "a habit, not a law."
)
class FourTimes(solutions.Mlp):
    def __init__(self, config):
        super().__init__(config)
        self.fc1 = nn.Linear(config.hidden_size, 4 * config.hidden_size)
        self.fc2 = nn.Linear(4 * config.hidden_size, config.hidden_size)


@exercise.mistake(
    "The two forms of GELU have changed places: config.gelu == 'tanh' asks for approximate='tanh', and 'exact' for "
    "approximate='none'."
)
class FormsSwapped(solutions.Mlp):
    def forward(self, tokens):
        exact = nn.functional.gelu(self.fc1(tokens))
        approximate = nn.functional.gelu(self.fc1(tokens), approximate="tanh")
        hidden = approximate if self.gelu.approximate == "none" else exact
        return self.dropout(self.fc2(self.dropout(hidden)))


@exercise.mistake(
    "You put a GELU after the second linear layer as well, behind its dropout. What goes into the stream must be free "
    "to be negative: GELU stands between the layers only."
)
class ActivationAtTheVeryEnd(solutions.Mlp):
    def forward(self, tokens):
        return self.gelu(super().forward(tokens))


@exercise.mistake("You normalise the tokens first. The norm is the block's: the MLP takes what it is given.")
class NormInside(solutions.Mlp):
    def forward(self, tokens):
        return super().forward(nn.functional.layer_norm(tokens, tokens.shape[-1:]))


@exercise.mistake(
    "You took SiLU, x * sigmoid(x). The Vision Transformer's MLP has GELU, which is close to it and not the same."
)
class WithSiLU(solutions.Mlp):
    def forward(self, tokens):
        return self.dropout(self.fc2(self.dropout(nn.functional.silu(self.fc1(tokens)))))


@exercise.mistake(
    "Your dropout drops whole tokens, with all of their numbers, as nn.Dropout1d does. nn.Dropout drops each number by "
    "itself."
)
class DropsWholeTokens(solutions.Mlp):
    def __init__(self, config):
        super().__init__(config)
        self.dropout = nn.Dropout1d(config.dropout)


@exercise.mistake(
    "Your tanh is written out with powers of e, which overflow for large numbers: what comes out is not a number. "
    "torch.tanh doesn't; and where config.gelu is 'exact', GELU has no tanh at all. nn.GELU does both."
)
class TanhOverflows(solutions.Mlp):
    def forward(self, tokens):
        x = self.fc1(tokens)
        power = (2 * 0.79788456 * (x + 0.044715 * x**3)).exp()
        return self.dropout(self.fc2(self.dropout(0.5 * x * (1 + (power - 1) / (power + 1)))))
