from vit_course.app.suggest import unknown


def test_the_nearest_name_is_proposed_and_all_are_listed():
    said = unknown("config", "tinny", ["tiny", "small"])
    assert said == "there is no config 'tinny': did you mean 'tiny'? Known: tiny, small"


def test_where_none_is_near_none_is_proposed():
    assert unknown("part", 7, {"train": 0, "test": 1}) == "there is no part 7: Known: train, test"
