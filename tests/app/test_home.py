"""The learner's own folder."""

import platformdirs

from vit_course.app.home import own_folder


def test_the_users_data_unless_another_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("VIT_COURSE_HOME", "~/mine")
    assert own_folder() == tmp_path / "mine"
    monkeypatch.delenv("VIT_COURSE_HOME")
    assert str(own_folder()) == platformdirs.user_data_dir("vit-course", appauthor=False)
