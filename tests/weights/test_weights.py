"""Weights in and out: Google's layout both ways, resizing, heads, and everything that must be refused."""

import dataclasses
import pickle
import warnings

import numpy as np
import pytest
import safetensors.torch
import torch

from vit_course import CONFIGS, ResNetConfig, VisionTransformer, ViTConfig, device
from vit_course.embeddings import resize_position_embeddings
from vit_course.weights import WeightsError, export_google, google, huggingface, load_google, timm, torchvision
from vit_course.weights.engine import expand

PLAIN = ViTConfig(hidden_size=12, mlp_dim=20, num_heads=3, num_layers=2, image_size=32, patch_size=8, num_classes=5)
HYBRID = dataclasses.replace(PLAIN, image_size=64, patch_size=2, resnet=ResNetConfig((2, 1)))
POSITIONS = "Transformer/posembed_input/pos_embedding"


def from_numpy(array):
    return torch.from_numpy(array).to(device())


def made(config=PLAIN, seed=0):
    torch.manual_seed(seed)
    model = VisionTransformer(config).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter)
    return model


def exported(model, path):
    export_google(model, path)
    with np.load(path, allow_pickle=False) as arrays:
        return dict(arrays)


@pytest.fixture
def arrays(tmp_path):
    return exported(made(), tmp_path / "plain.npz")


def same(model, other):
    ours, theirs = model.state_dict(), other.state_dict()
    return ours.keys() == theirs.keys() and all(torch.equal(ours[name], theirs[name]) for name in ours)


def problems(model, source, **options):
    """What the error lists, after a look that the model was left as it was."""
    before = {name: value.clone() for name, value in model.state_dict().items()}
    with pytest.raises(WeightsError) as error:
        load_google(model, source, **options)
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert "which is left as it was" in str(error.value)
    return str(error.value).splitlines()[1:]


@pytest.mark.parametrize(
    "config",
    [
        PLAIN,
        HYBRID,
        dataclasses.replace(HYBRID, resnet=ResNetConfig(()), patch_size=4),
        dataclasses.replace(PLAIN, classifier="gap", representation_size=7),
        dataclasses.replace(PLAIN, num_classes=0),
        dataclasses.replace(PLAIN, image_size=(16, 40)),
    ],
)
def test_written_and_read_back(config, tmp_path):
    model, other = made(config), made(config, seed=1)
    export_google(model, tmp_path / "model.npz")
    square = config.grid[0] == config.grid[1]
    with warnings.catch_warnings(action="error"):
        load_google(other, tmp_path / "model.npz", old_grid=None if square else config.grid)
    assert same(model, other)
    assert [file.name for file in tmp_path.iterdir()] == ["model.npz"]


def test_shapes_in_the_file(tmp_path):
    arrays = exported(made(HYBRID), tmp_path / "hybrid.npz")
    block = "Transformer/encoderblock_1"
    assert arrays["embedding/kernel"].shape == (2, 2, 512, 12)
    assert arrays[f"{block}/MultiHeadDotProductAttention_1/query/kernel"].shape == (12, 3, 4)
    assert arrays[f"{block}/MultiHeadDotProductAttention_1/query/bias"].shape == (3, 4)
    assert arrays[f"{block}/MultiHeadDotProductAttention_1/out/kernel"].shape == (3, 4, 12)
    assert arrays[f"{block}/MlpBlock_3/Dense_0/kernel"].shape == (12, 20)
    assert arrays[f"{block}/LayerNorm_2/scale"].shape == (12,)
    assert arrays["conv_root/kernel"].shape == (7, 7, 3, 64)
    assert arrays["gn_root/scale"].shape == (1, 1, 1, 64)
    assert arrays["block1/unit1/gn_proj/bias"].shape == (1, 1, 1, 256)
    assert "block1/unit2/conv_proj/kernel" not in arrays
    assert {array.dtype for array in arrays.values()} == {np.dtype(np.float32)}


def test_kernels_are_turned_the_right_way(arrays):
    model, tokens = made(seed=1), torch.randn(1, 7, 12)
    load_google(model, arrays)
    block = "Transformer/encoderblock_0/MultiHeadDotProductAttention_1"
    by_heads = (
        np.einsum("btc,chd->bthd", tokens.cpu().numpy(), arrays[f"{block}/key/kernel"]) + arrays[f"{block}/key/bias"]
    )
    attention = model.encoder.layer[0].attn
    np.testing.assert_allclose(attention.key(tokens).detach().cpu().reshape(1, 7, 3, 4), by_heads, rtol=1e-4, atol=1e-5)
    out = np.einsum("bthd,hdc->btc", by_heads, arrays[f"{block}/out/kernel"]) + arrays[f"{block}/out/bias"]
    ours = attention.out(from_numpy(by_heads).flatten(2)).detach().cpu()
    np.testing.assert_allclose(ours, out, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("flat_norms", [False, True])
@pytest.mark.parametrize("renamed", [False, True])
def test_both_styles_of_names_and_of_group_norms(renamed, flat_norms, tmp_path):
    model = made(HYBRID)
    new_names = {
        "MultiHeadDotProductAttention_1": "MultiHeadDotProductAttention_0",
        "LayerNorm_2": "LayerNorm_1",
        "MlpBlock_3": "MlpBlock_0",
    }
    arrays = {}
    for name, array in exported(model, tmp_path / "hybrid.npz").items():
        for old, new in new_names.items() if renamed else ():
            name = name.replace(old, new)
        arrays[name] = array.reshape(-1) if flat_norms and "gn" in name else array
    other = made(HYBRID, seed=1)
    load_google(other, arrays)
    assert same(model, other)


@pytest.mark.parametrize("align_corners", [True, False])
@pytest.mark.parametrize("size", [48, (24, 64)])
def test_positions_are_resized(size, align_corners, arrays):
    model = made(dataclasses.replace(PLAIN, image_size=size))
    load_google(model, arrays, align_corners=align_corners)
    expected = resize_position_embeddings(from_numpy(arrays[POSITIONS]), model.config.grid, align_corners=align_corners)
    assert torch.equal(model.embeddings.position_embeddings, expected)


def test_the_original_aligns_corners(arrays):
    config = dataclasses.replace(PLAIN, image_size=48)
    default, aligned, other = made(config), made(config), made(config)
    load_google(default, arrays)
    load_google(aligned, arrays, align_corners=True)
    load_google(other, arrays, align_corners=False)
    assert same(default, aligned) and not same(default, other)


def test_old_grid_that_is_not_square(tmp_path):
    wide = exported(made(dataclasses.replace(PLAIN, image_size=(16, 40))), tmp_path / "wide.npz")
    model = made()
    assert any("no grid of 3 x 3: say old_grid" in line for line in problems(model, wide))
    load_google(model, wide, old_grid=(2, 5))
    expected = resize_position_embeddings(from_numpy(wide[POSITIONS]), (4, 4), old_grid=(2, 5), align_corners=True)
    assert torch.equal(model.embeddings.position_embeddings, expected)


def test_as_many_patches_in_another_grid(arrays):
    model = made(dataclasses.replace(PLAIN, image_size=(16, 64)))
    assert any("it holds 16 positions, and does not say for which grid" in line for line in problems(model, arrays))
    load_google(model, arrays, old_grid=(4, 4))
    assert not torch.equal(model.embeddings.position_embeddings, from_numpy(arrays[POSITIONS]))
    load_google(model, arrays, old_grid=(2, 8))
    assert torch.equal(model.embeddings.position_embeddings, from_numpy(arrays[POSITIONS]))


def test_positions_without_class_token(tmp_path):
    gap = dataclasses.replace(PLAIN, classifier="gap")
    arrays = exported(made(gap), tmp_path / "gap.npz")
    model = made(dataclasses.replace(gap, image_size=48))
    load_google(model, arrays)
    assert model.embeddings.position_embeddings.shape == (1, 36, 12)


def test_head_of_another_number_of_classes_starts_from_zero(arrays):
    model = made(dataclasses.replace(PLAIN, num_classes=3))
    with pytest.warns(UserWarning, match=r"head is not used \(head/bias, head/kernel\); .* 3 classes starts from zero"):
        load_google(model, arrays)
    assert not model.head.weight.any() and not model.head.bias.any()
    assert torch.equal(model.embeddings.cls_token, from_numpy(arrays["cls"]))


def test_a_model_without_head_leaves_the_head_out(arrays):
    model = made(dataclasses.replace(PLAIN, num_classes=0))
    with pytest.warns(UserWarning, match="own does not exist"):
        load_google(model, arrays)
    assert torch.equal(model.embeddings.cls_token, from_numpy(arrays["cls"]))


def test_representation_layer_goes_with_the_head_it_served(tmp_path):
    arrays = exported(made(dataclasses.replace(PLAIN, representation_size=12)), tmp_path / "model.npz")
    # With as many classes the layer in front of the head matters: leaving it out would be another model.
    assert problems(made(), arrays) == ["  surplus: pre_logits/kernel", "  surplus: pre_logits/bias"]
    with pytest.warns(UserWarning, match="pre_logits/bias, pre_logits/kernel"):
        load_google(made(dataclasses.replace(PLAIN, num_classes=3)), arrays)
    kept = made(dataclasses.replace(PLAIN, num_classes=3, representation_size=12))
    with pytest.warns(UserWarning, match=r"\(head/bias, head/kernel\)"):
        load_google(kept, arrays)
    assert torch.equal(kept.pre_logits.bias, from_numpy(arrays["pre_logits/bias"]))


def test_everything_wrong_is_listed_at_once(arrays):
    del arrays["cls"]
    arrays["extra/kernel"] = np.zeros(3)
    arrays["embedding/bias"] = np.zeros(13, np.float32)
    arrays["head/bias"][2] = np.nan
    arrays["Transformer/encoder_norm/scale"][:2] = np.inf, -np.inf
    arrays["Transformer/encoder_norm/bias"] = np.arange(12)
    attention = "Transformer/encoderblock_0/MultiHeadDotProductAttention_1"
    arrays[f"{attention}/query/kernel"] = arrays[f"{attention}/query/kernel"].reshape(12, 4, 3)  # of other heads
    arrays[f"{attention}/key/bias"] = arrays[f"{attention}/key/bias"].reshape(12)
    assert sorted(problems(made(seed=1), arrays)) == sorted(
        [
            "  missing: cls",
            "  surplus: extra/kernel",
            "  embedding/bias: its shape is (13,), and the model needs (12,)",
            "  head/bias: 1 of its 5 numbers are not finite",
            "  Transformer/encoder_norm/scale: 2 of its 12 numbers are not finite",
            "  Transformer/encoder_norm/bias: its numbers are of type int64, and not floating point",
            f"  {attention}/query/kernel: its shape is (12, 4, 3), and the model needs (12, 3, 4)",
            f"  {attention}/key/bias: its shape is (12,), and the model needs (3, 4)",
        ]
    )


def test_another_depth_is_not_loaded_in_part(arrays):
    """Of the 16 arrays of a block those that differ in a number alone share a line."""
    more = problems(made(dataclasses.replace(PLAIN, num_layers=3)), arrays)
    assert len(more) == 12 and all("missing: Transformer/encoderblock_2/" in line for line in more)
    assert "  missing: Transformer/encoderblock_2/LayerNorm_0/scale, and 1 more like it" in more
    deep = problems(made(dataclasses.replace(PLAIN, num_layers=12)), arrays)
    assert len(deep) == 12 and "  missing: Transformer/encoderblock_2/LayerNorm_0/scale, and 19 more like it" in deep
    fewer = problems(made(dataclasses.replace(PLAIN, num_layers=1)), arrays)
    assert len(fewer) == 12 and all("surplus: Transformer/encoderblock_1/" in line for line in fewer)


def test_what_a_layout_has_no_name_for(arrays, tmp_path):
    rich = dataclasses.replace(PLAIN, num_layers=2, layer_scale=0.1, num_registers=1)
    listed = problems(made(rich), arrays)
    assert listed == [
        "  the layout has no name for embeddings.register_tokens",
        "  the layout has no name for encoder.layer.0.attention_scale, and 1 more like it",
        "  the layout has no name for encoder.layer.0.ffn_scale, and 1 more like it",
    ]
    with pytest.raises(WeightsError, match=r"no place for embeddings.register_tokens, encoder.layer.0.attention_scale"):
        export_google(made(rich), tmp_path / "rich.npz")
    with pytest.raises(WeightsError, match="positions='sincos'"):
        export_google(made(dataclasses.replace(PLAIN, positions="sincos")), tmp_path / "rich.npz")
    assert problems(made(dataclasses.replace(PLAIN, positions="none")), arrays) == [f"  surplus: {POSITIONS}"]
    assert not any(tmp_path.glob("rich*"))


def test_half_and_double_precision_are_converted(arrays):
    model = made(seed=1)
    load_google(model, {name: array.astype(np.float64) for name, array in arrays.items()})
    assert same(model, made())
    load_google(model, {name: array.astype(np.float16) for name, array in arrays.items()})
    torch.testing.assert_close(model.head.weight, made().head.weight, rtol=1e-3, atol=1e-3)
    double = made(seed=1).double()
    load_google(double, arrays)
    assert double.head.weight.dtype == torch.float64


@pytest.mark.parametrize("keep", [0, 3, 100, 0.5, 0.99])
def test_a_file_cut_short_is_named(keep, tmp_path):
    export_google(made(), tmp_path / "whole.npz")
    content = (tmp_path / "whole.npz").read_bytes()
    path = tmp_path / "cut.npz"
    path.write_bytes(content[: keep if isinstance(keep, int) else int(keep * len(content))])
    words = r"cut\.npz (is empty: fetch|\([\d,]+ bytes\) is not an \.npz file of arrays, or is damaged)"
    with pytest.raises(WeightsError, match=words):
        load_google(made(), path)


def test_a_file_with_a_flipped_bit_is_named(tmp_path):
    export_google(made(), tmp_path / "model.npz")
    content = bytearray((tmp_path / "model.npz").read_bytes())
    content[2000] ^= 1
    (tmp_path / "model.npz").write_bytes(content)
    with pytest.raises(WeightsError, match=r"model\.npz"):
        load_google(made(), tmp_path / "model.npz")


class Bomb:
    def __reduce__(self):
        return (pytest.fail, ("the file was unpickled",))


@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
def test_nothing_is_unpickled(tmp_path):
    bomb = np.array([Bomb()], dtype=object)
    np.savez(tmp_path / "objects.npz", cls=bomb)
    np.save(tmp_path / "array.npz.npy", np.zeros(3))
    (tmp_path / "pickle.npz").write_bytes(pickle.dumps(Bomb()))
    (tmp_path / "text.npz").write_text("<html>not found</html>")
    for name in ("objects.npz", "array.npz.npy", "pickle.npz", "text.npz"):
        for loader in (load_google, timm.load_timm):
            with pytest.raises(WeightsError, match=rf"{name} (is|holds)"):
                loader(made(), tmp_path / name)


def test_no_file():
    with pytest.raises(FileNotFoundError, match=r"nowhere\.npz"):
        load_google(made(), "nowhere.npz")


def torchvision_arrays(model):
    parameters = dict(model.named_parameters())
    rows = expand(torchvision.table(), model.config)
    return {row.theirs: row.to_theirs(parameters, 3).detach().clone() for row in rows if row.ours[0] in parameters}


def test_state_dicts_from_files(tmp_path):
    tensors = torchvision_arrays(made())
    torch.save(tensors, tmp_path / "model.pt")
    safetensors.torch.save_file(tensors, tmp_path / "model.safetensors")
    for name in ("model.pt", "model.safetensors"):
        model = made(seed=1)
        torchvision.load_torchvision(model, tmp_path / name)
        assert same(model, made())
        content = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(content[: len(content) // 2])
        with pytest.raises(WeightsError, match=rf"{name} \(.* is not a s.*, or is damaged or cut short"):
            torchvision.load_torchvision(model, tmp_path / name)
    torch.save([1, 2], tmp_path / "list.pt")
    with pytest.raises(WeightsError, match=r"list\.pt holds a list"):
        torchvision.load_torchvision(made(), tmp_path / "list.pt")


def test_joined_projections_come_apart_in_order():
    tensors = torchvision_arrays(made())
    joined = tensors["encoder.layers.encoder_layer_1.self_attention.in_proj_weight"]
    attention = made().encoder.layer[1].attn
    assert joined.shape == (36, 12)
    assert torch.equal(joined[:12], attention.query.weight)
    assert torch.equal(joined[12:24], attention.key.weight)
    assert torch.equal(joined[24:], attention.value.weight)


LAYOUTS = {
    "google": lambda config: google.table(),
    "google, renamed": lambda config: google.table(numbered=False, norm_axes=""),
    "timm": timm.table,
    "torchvision": lambda config: torchvision.table(),
    "huggingface": lambda config: huggingface.table(),
    "huggingface, renamed": lambda config: huggingface.table(renamed=True),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", CONFIGS)
def test_each_parameter_stands_in_a_table_once(name, layout):
    config = CONFIGS[name]
    if config.resnet and layout.startswith(("torchvision", "huggingface")):
        pytest.skip("these libraries have no hybrids")
    with torch.device("meta"):
        parameters = [name for name, _ in VisionTransformer(config).named_parameters()]
    rows = expand(LAYOUTS[layout](config), config)
    ours = [each for row in rows for each in row.ours if row.ours[0] in parameters]
    assert sorted(ours) == sorted(parameters)
    theirs = [row.theirs for row in rows if row.ours[0] in parameters]
    assert len(set(theirs)) == len(theirs)
