"""`python -m vit_course`: the command `vit-course`, from whatever folder Python lies in."""

from vit_course.app.cli import app

app(prog_name="vit-course")
