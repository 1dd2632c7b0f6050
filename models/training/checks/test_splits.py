"""The committed splits: no subject in two parts, every case once, and the files are what the rule makes."""

import json
import unittest

from cordon_training.paths import SPLITS, data_root
from cordon_training.splits import PARTS, load_split, make_split, subject_of
from cordon_training.tasks import HIPPOCAMPUS, TASKS


class SplitTest(unittest.TestCase):
    def test_no_subject_is_in_two_parts(self) -> None:
        for task in TASKS.values():
            split = load_split(task)
            subjects = {part: {subject_of(task, case) for case in split[part]} for part in PARTS}
            for first, second in (("train", "validation"), ("train", "test"), ("validation", "test")):
                self.assertFalse(subjects[first] & subjects[second], f"{task.id}: {first} and {second}")
            every = [case for part in PARTS for case in split[part]]
            self.assertEqual(len(every), len(set(every)), task.id)

    def test_sizes(self) -> None:
        sizes = {task.id: tuple(len(load_split(task)[part]) for part in PARTS) for task in TASKS.values()}
        self.assertEqual(sizes["lungs-cxr"], (96, 14, 28))
        self.assertEqual(sizes["lv-cine-mr"], (24, 6, 15))
        self.assertEqual(sizes["nuclei"], (234, 33, 67))
        self.assertEqual(sum(sizes["hippocampus-mr"]), 260)

    def test_left_and_right_are_one_subject(self) -> None:
        self.assertEqual(subject_of(HIPPOCAMPUS, "hippocampus_003"), subject_of(HIPPOCAMPUS, "hippocampus_004"))
        self.assertNotEqual(subject_of(HIPPOCAMPUS, "hippocampus_004"), subject_of(HIPPOCAMPUS, "hippocampus_005"))

    def test_files_are_what_the_rule_makes(self) -> None:
        try:
            root = data_root()
        except FileNotFoundError as missing:
            self.skipTest(str(missing))
        for task in TASKS.values():
            written = json.loads((SPLITS / f"{task.id}.json").read_text())
            self.assertEqual(json.loads(json.dumps(make_split(task, root))), written, task.id)


if __name__ == "__main__":
    unittest.main()
