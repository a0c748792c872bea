"""Query, key and value out of one matrix, in each order that its rows may have."""

import pytest
import torch

from vit_course.weights import row, split_qkv
from vit_course.weights.fused import join_qkv

ORDERS = ["qkv heads head_dim", "heads qkv head_dim", "heads head_dim qkv", "qkv head_dim heads"]


def numbered(order, heads=2, head_dim=3):
    """A bias whose numbers say what they belong to: hundreds for q, k or v, tens for the head, ones within it."""
    sizes, values = {"qkv": 3, "heads": heads, "head_dim": head_dim}, {"qkv": 100, "heads": 10, "head_dim": 1}
    total = torch.zeros([sizes[word] for word in order.split()])
    for axis, word in enumerate(order.split()):
        shape = [-1 if i == axis else 1 for i in range(3)]
        total = total + values[word] * torch.arange(sizes[word]).reshape(shape)
    return total.flatten()


@pytest.mark.parametrize("order", ORDERS)
def test_each_row_goes_where_it_belongs(order):
    query, key, value = split_qkv(numbered(order), 2, order)
    assert query.tolist() == [0, 1, 2, 10, 11, 12]
    assert key.tolist() == [100, 101, 102, 110, 111, 112]
    assert value.tolist() == [200, 201, 202, 210, 211, 212]


@pytest.mark.parametrize("order", ORDERS)
def test_a_matrix_is_split_by_rows_and_joined_again(order):
    weight = torch.randn(36, 12)
    parts = split_qkv(weight, 3, order)
    assert [tuple(part.shape) for part in parts] == [(12, 12)] * 3
    for column in range(12):
        by_column = split_qkv(weight[:, column], 3, order)
        assert all(torch.equal(part[:, column], one) for part, one in zip(parts, by_column, strict=True))
    assert torch.equal(join_qkv(list(parts), 3, order), weight)


def test_all_queries_first_is_three_pieces():
    weight = torch.randn(24, 8)
    assert all(map(torch.equal, split_qkv(weight, 4, ORDERS[0]), weight.chunk(3)))


@pytest.mark.parametrize("order", ["qkv heads", "qkv heads dim", "heads head_dim", "qkv heads heads head_dim"])
def test_other_words_are_refused(order):
    with pytest.raises(ValueError, match=f"order={order!r} is to hold the words qkv, heads and head_dim"):
        split_qkv(torch.zeros(12, 4), 2, order)


def test_rows_that_are_no_three_parts_are_refused():
    with pytest.raises(ValueError, match=r"24 rows are no three parts for 3 heads: is num_heads right\?"):
        split_qkv(torch.zeros(24, 8), 3, ORDERS[1])


def test_a_row_of_a_layout_that_has_an_order_fills_three():
    with pytest.raises(ValueError, match=r"order='heads qkv head_dim' is for query, key and value.* qkv has 1"):
        row("qkv", "query", order="heads qkv head_dim")
