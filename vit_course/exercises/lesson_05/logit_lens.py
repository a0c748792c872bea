"""Exercise 5.3: logit_lens."""

import torch
import torch.nn.functional as F
from torch import nn

from vit_course import encoder as solutions
from vit_course.exercises.engine.exercise import Case, Exercise
from vit_course.exercises.engine.small import small_config


class SmallEncoder(solutions.Encoder):
    """An encoder that a message can name in a few words."""

    def __repr__(self):
        return f"an Encoder of {len(self.layer)} blocks"


def _models():
    def case(batch, tokens, classes, **changes):
        encoder = SmallEncoder(small_config(**changes)).eval()
        with torch.no_grad():
            for parameter in encoder.parameters():  # a fresh norm would look like none
                parameter.add_(0.3 * torch.randn_like(parameter))
        width = encoder.encoder_norm.normalized_shape[0]
        return Case((encoder, nn.Linear(width, classes), 3 * torch.randn(batch, tokens, width)), gradients=False)

    return [
        case(2, 5, 3, num_layers=2),
        case(1, 4, 5, num_layers=3, hidden_size=8, num_heads=2),
        case(3, 3, 3, num_layers=1),
        case(4, 6, 2, num_layers=4, hidden_size=8, num_heads=4),
    ]


exercise = Exercise(
    "5.3",
    solutions.logit_lens,
    cases=_models,
    hints=(
        "Steps: keep the stream before the first block and after each; put the final norm on each of them; take the "
        "class token; give it to the head; stack.",
        "The blocks are encoder.layer, the norm is encoder.encoder_norm, and a block returns a pair. The norm is only "
        "for reading: the next block gets the stream without it.",
        "depths = [tokens]\n"
        "for block in encoder.layer:\n"
        "    depths.append(block(depths[-1])[0])\n"
        "return torch.stack([head(encoder.encoder_norm(stream)[:, 0]) for stream in depths])",
    ),
    optional=True,
)


def _depths(encoder, tokens):
    depths = [tokens]
    for block in encoder.layer:
        depths.append(block(depths[-1])[0])
    return depths


@exercise.mistake(
    "The final norm is left out. The head was trained on normalised tokens: encoder.encoder_norm(stream) comes first."
)
def without_the_norm(encoder, head, tokens):
    return torch.stack([head(stream[:, 0]) for stream in _depths(encoder, tokens)])


@exercise.mistake(
    "You normalise without the weight and the bias of the final norm: encoder.encoder_norm(stream) has learned both."
)
def norm_without_weight(encoder, head, tokens):
    width = tokens.shape[-1:]
    return torch.stack([head(F.layer_norm(x, width, eps=1e-6)[:, 0]) for x in _depths(encoder, tokens)])


@exercise.mistake(
    "The final norm is on the last depth only. The lens reads every depth as the head would: with the norm."
)
def norm_on_the_last_only(encoder, head, tokens):
    *early, last = _depths(encoder, tokens)
    return torch.stack([head(stream[:, 0]) for stream in (*early, encoder.encoder_norm(last))])


@exercise.mistake(
    "Your normalised tokens go on into the next block. The norm is only for reading: the stream itself stays as it is."
)
def norm_goes_on(encoder, head, tokens):
    found = []
    for block in (None, *encoder.layer):
        tokens = encoder.encoder_norm(tokens if block is None else block(tokens)[0])
        found.append(head(tokens[:, 0]))
    return torch.stack(found)


@exercise.mistake("The depth before the first block is missing: there is one depth more than there are blocks.")
def without_the_start(encoder, head, tokens):
    return solutions.logit_lens(encoder, head, tokens)[1:]


@exercise.mistake("The depth after the last block is missing: there is one depth more than there are blocks.")
def without_the_end(encoder, head, tokens):
    return solutions.logit_lens(encoder, head, tokens)[:-1]


@exercise.mistake("The axes are in another order: depths come first, then the images, then the classes.")
def images_first(encoder, head, tokens):
    return solutions.logit_lens(encoder, head, tokens).transpose(0, 1)


@exercise.mistake("You return a list. One tensor [depths, batch, classes] is asked for: torch.stack(...).")
def as_a_list(encoder, head, tokens):
    return list(solutions.logit_lens(encoder, head, tokens))


@exercise.mistake("You read the mean of all tokens. The head reads the class token, which is the first: [:, 0].")
def mean_of_the_tokens(encoder, head, tokens):
    norm = encoder.encoder_norm
    return torch.stack([head(norm(stream).mean(dim=1)) for stream in _depths(encoder, tokens)])


@exercise.mistake("You read the last token. The class token is the first: [:, 0].")
def last_token(encoder, head, tokens):
    return torch.stack([head(encoder.encoder_norm(stream)[:, -1]) for stream in _depths(encoder, tokens)])


@exercise.mistake("You give the head all tokens. It is to read the class token alone: [:, 0] before the head.")
def all_tokens(encoder, head, tokens):
    return torch.stack([head(encoder.encoder_norm(stream)) for stream in _depths(encoder, tokens)])


@exercise.mistake("Each block of yours reads the tokens as they came in. It is to read what the one before it wrote.")
def blocks_not_chained(encoder, head, tokens):
    depths = [tokens, *(block(tokens)[0] for block in encoder.layer)]
    return torch.stack([head(encoder.encoder_norm(stream)[:, 0]) for stream in depths])


@exercise.mistake("You return probabilities. The lens is of logits: leave the softmax out.")
def probabilities(encoder, head, tokens):
    return solutions.logit_lens(encoder, head, tokens).softmax(dim=-1)
