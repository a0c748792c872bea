import json
from dataclasses import replace

import pytest
import torch
from stripes import CONFIG, begin, data

from vit_course import VisionTransformer, ViTConfig
from vit_course.trainer import TrainingError, load_model, train
from vit_course.trainer.export import export
from vit_course.trainer.finetune import load_weights


@pytest.fixture
def trained(tmp_path):
    run, model = begin(tmp_path / "run", max_steps=30)
    train(run, model, data())
    return load_model(run.folder, torch.device("cpu"))


@pytest.mark.cpu
@pytest.mark.parametrize("kind", ["safetensors", "npz"])
def test_a_file_gives_the_same_model(kind, trained):
    model, run = trained
    file = export(run.folder, kind)
    again = VisionTransformer(run.config).eval()
    load_weights(again, str(file))
    images = run.normalise(data().test.images)
    assert torch.equal(again(images), model(images))


@pytest.mark.cpu
def test_onnx_takes_bytes_and_gives_the_same_logits_for_any_batch(trained):
    onnxruntime = pytest.importorskip("onnxruntime")
    model, run = trained
    session = onnxruntime.InferenceSession(export(run.folder, "onnx"))
    for count in (1, 2, 40):
        images = data().test.images[:count]
        (logits,) = session.run(None, {"pixels": images.numpy()})
        with torch.no_grad():
            expected = model(run.normalise(images))
        torch.testing.assert_close(torch.from_numpy(logits), expected, rtol=1e-4, atol=1e-4)
    facts = session.get_modelmeta().custom_metadata_map
    assert json.loads(facts["source"])["classes"] == ["stands", "lies"]
    assert ViTConfig(**json.loads(facts["config"])) == run.config


@pytest.mark.cpu
def test_what_cannot_be_written_is_told_and_leaves_no_file(trained, tmp_path):
    _, run = trained
    with pytest.raises(TrainingError, match=r"no kind of file .pth.: .*Known: safetensors, npz, onnx"):
        export(run.folder, "pth")
    run, model = begin(tmp_path / "registers", replace(CONFIG, num_registers=2), max_steps=2, warmup_steps=1)
    train(run, model, data())
    with pytest.raises(TrainingError, match=r"no place for embeddings\.register_tokens"):
        export(run.folder, "npz")
    assert not list(run.folder.glob("*model*"))
