"""Sequence models with dropout inside, each with the same passes written out by hand.

An entry is a model, the shape of one input, and a function (model, x, mask) that computes a pass,
where mask(number, shape, p) is the scaled mask of the dropout with that number, the same for all
inputs. `mask.generator(number)` is the generator of a function that draws in another way.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


class Model(nn.Module):
    """Layers as attributes, and a function as forward."""

    def __init__(self, run, **layers) -> None:
        super().__init__()
        self.run = run
        for name, layer in layers.items():
            setattr(self, name, layer)

    def forward(self, x):
        return self.run(self, x)


def recurrent_by_hand(model, x, mask, seq_first=False):
    """Run the levels of `model.rnn` one by one on (N, T, F), with masks in between."""
    rnn = model.rnn
    directions = 2 if rnn.bidirectional else 1
    each = len(rnn._flat_weights) // rnn.num_layers
    for level in range(rnn.num_layers):
        one = type(rnn)(
            x.shape[2],
            rnn.hidden_size,
            batch_first=True,
            bidirectional=rnn.bidirectional,
            **({"proj_size": rnn.proj_size} if isinstance(rnn, nn.LSTM) else {}),
        )
        own = rnn._flat_weights[level * each : (level + 1) * each]
        for parameter, value in zip(one.parameters(), own, strict=True):
            parameter.data = value.data
        x = one(x)[0]
        if level < rnn.num_layers - 1:
            width = (rnn.proj_size if rnn.proj_size else rnn.hidden_size) * directions
            x = x * mask(level, (x.shape[1], width), rnn.dropout)
    return model.out(x.mean(1))


def attend(mha, q, k, v, mask, number, bias=None):
    """Multi-head attention on (N, T, E), with the weights' mask (heads, T, S)."""
    heads, width = mha.num_heads, mha.head_dim
    parts = zip((q, k, v), mha.in_proj_weight.chunk(3), mha.in_proj_bias.chunk(3), strict=True)
    q, k, v = (
        F.linear(h, weight, offset).unflatten(2, (heads, width)).transpose(1, 2)
        for h, weight, offset in parts
    )
    logits = q @ k.mT / width**0.5
    weights = (logits if bias is None else logits + bias).softmax(-1)
    weights = weights * mask(number, weights.shape[1:], mha.dropout)
    return mha.out_proj((weights @ v).transpose(1, 2).flatten(2))


def encoder_layer(layer, x, mask, first=0):
    """A transformer's encoder layer on (N, T, E): four masks."""
    t, p = x.shape[1], layer.dropout.p

    def attention(h):
        return attend(layer.self_attn, h, h, h, mask, first) * mask(first + 1, (t, x.shape[2]), p)

    def feed_forward(h):
        inner = layer.linear1(h).relu()
        inner = inner * mask(first + 2, (t, inner.shape[2]), p)
        return layer.linear2(inner) * mask(first + 3, (t, x.shape[2]), p)

    if layer.norm_first:
        x = x + attention(layer.norm1(x))
        return x + feed_forward(layer.norm2(x))
    x = layer.norm1(x + attention(x))
    return layer.norm2(x + feed_forward(x))


def encoder_by_hand(model, x, mask):
    for number, layer in enumerate(model.encoder.layers):
        x = encoder_layer(layer, x, mask, 4 * number)
    return model.out(x.mean(1))


def decoder_by_hand(model, x, mask):
    layer, memory = model.decoder, x.flip(1)
    h = layer.norm1(x + attend(layer.self_attn, x, x, x, mask, 0) * mask(1, x.shape[1:], 0.2))
    cross = attend(layer.multihead_attn, h, memory, memory, mask, 2)
    h = layer.norm2(h + cross * mask(3, x.shape[1:], 0.2))
    inner = layer.linear1(h).relu()
    inner = layer.linear2(inner * mask(4, inner.shape[1:], 0.2)) * mask(5, x.shape[1:], 0.2)
    return model.out(layer.norm3(h + inner).mean(1))


def sdpa_model(p=0.4, **options):
    """Attention called directly, with its dropout only in training mode."""

    def run(model, x):
        h = model.a(x).unflatten(2, (2, 4)).transpose(1, 2)
        h = F.scaled_dot_product_attention(
            h, h, h, dropout_p=p if model.training else 0.0, **options
        )
        return model.out(h.transpose(1, 2).flatten(2).mean(1))

    def by_hand(model, x, mask):
        h = model.a(x).unflatten(2, (2, 4)).transpose(1, 2)
        logits = h @ h.mT * options.get("scale", 0.5)
        if options.get("is_causal"):
            logits = logits + torch.full(logits.shape[-2:], -torch.inf).triu(1)
        if "attn_mask" in options:
            logits = logits.masked_fill(~options["attn_mask"], -torch.inf)
        h = (logits.softmax(-1) * mask(0, logits.shape[1:], p)) @ h
        return model.out(h.transpose(1, 2).flatten(2).mean(1))

    return lambda: Model(run, a=nn.Linear(6, 8), out=nn.Linear(8, 3)), (5, 6), by_hand


def rnn_model(kind, steps=5, **options):
    batch_first = options.setdefault("batch_first", True)
    width = (options.get("proj_size") or 8) * (2 if options.get("bidirectional") else 1)

    def run(model, x):
        return model.out(
            model.rnn(x if batch_first else x.transpose(0, 1))[0].mean(int(batch_first))
        )

    def make():
        return Model(run, rnn=kind(6, 8, dropout=0.3, **options), out=nn.Linear(width, 3))

    return make, (steps, 6), recurrent_by_hand


def packed_model():
    def run(model, x):
        packed = pack_padded_sequence(x, torch.full((len(x),), x.shape[1]), batch_first=True)
        return model.out(pad_packed_sequence(model.rnn(packed)[0], batch_first=True)[0].mean(1))

    return (
        lambda: Model(run, rnn=nn.LSTM(6, 8, 2, dropout=0.3), out=nn.Linear(8, 3)),
        (5, 6),
        recurrent_by_hand,
    )


def attention_model(**options):
    def run(model, x):
        return model.out(model.mha(x, x, x, **options)[0].mean(1))

    def by_hand(model, x, mask):
        return model.out(attend(model.mha, x, x, x, mask, 0).mean(1))

    return (
        lambda: Model(run, mha=nn.MultiheadAttention(8, 2, dropout=0.3, batch_first=True),
                      out=nn.Linear(8, 3)),
        (5, 8),
        by_hand,
    )  # fmt: skip


def encoder_model(layers=1, steps=5, **options):
    batch_first = options.setdefault("batch_first", True)

    def run(model, x):
        h = model.encoder(x if batch_first else x.transpose(0, 1))
        return model.out(h.mean(int(batch_first)))

    def make():
        layer = nn.TransformerEncoderLayer(8, 2, 12, dropout=0.2, **options)
        encoder = nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)
        return Model(run, encoder=encoder, out=nn.Linear(8, 3))

    return make, (steps, 8), encoder_by_hand


def decoder_model():
    def make():
        return Model(
            lambda model, x: model.out(model.decoder(x, x.flip(1)).mean(1)),
            decoder=nn.TransformerDecoderLayer(8, 2, 12, dropout=0.2, batch_first=True),
            out=nn.Linear(8, 3),
        )

    return make, (5, 8), decoder_by_hand


SEQUENCES = {
    "LSTM": rnn_model(nn.LSTM, num_layers=2),
    "LSTM, time first": rnn_model(nn.LSTM, num_layers=2, batch_first=False),
    "LSTM, as many steps as inputs": rnn_model(nn.LSTM, steps=3, num_layers=2, batch_first=False),
    "LSTM with projections": rnn_model(nn.LSTM, num_layers=3, proj_size=4),
    "LSTM, packed": packed_model(),
    "GRU, both directions": rnn_model(nn.GRU, num_layers=3, bidirectional=True),
    "RNN": rnn_model(nn.RNN, num_layers=2),
    "attention with weights": attention_model(),
    "attention without weights": attention_model(need_weights=False),
    "F.scaled_dot_product_attention": sdpa_model(),
    "causal attention": sdpa_model(is_causal=True, scale=0.3),
    "masked attention": sdpa_model(attn_mask=torch.eye(5).flip(0) + torch.eye(5) > 0),
    "encoder": encoder_model(layers=2),
    "encoder, norm first": encoder_model(norm_first=True),
    "encoder, time first": encoder_model(batch_first=False),
    "encoder, as many steps as inputs": encoder_model(steps=3, batch_first=False),
    "decoder": decoder_model(),
}  # fmt: skip
