import pytest

from vit_course.app.files import whole_file, write_whole


def test_a_file_appears_whole_or_not_at_all(tmp_path):
    path = tmp_path / "kept.txt"
    write_whole(path, b"before")
    with pytest.raises(OSError, match="full"), whole_file(path) as file:
        file.write_bytes(b"aft")
        assert path.read_bytes() == b"before"
        raise OSError("the disk is full")
    assert path.read_bytes() == b"before" and list(tmp_path.iterdir()) == [path]
    write_whole(path, b"after")
    assert path.read_bytes() == b"after" and list(tmp_path.iterdir()) == [path]
