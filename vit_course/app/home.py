"""The learner's own folder: progress, and what cannot be kept with the course."""

import os
from pathlib import Path

import platformdirs


def own_folder() -> Path:
    """A folder in the user's data; the environment variable VIT_COURSE_HOME names another."""
    folder = os.environ.get("VIT_COURSE_HOME") or platformdirs.user_data_dir("vit-course", appauthor=False)
    return Path(folder).expanduser()
