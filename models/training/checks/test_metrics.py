"""The measures against hand-computed cases and against brute force and scikit-image."""

import unittest

import numpy as np
from skimage.metrics import hausdorff_distance

from cordon_training.instances import aggregated_jaccard, average_precision, match, without_overlap
from cordon_training.metrics import bootstrap_interval, overlap, slicewise, small_target_recall, surface, targets_of_slices


def brute_force(a: np.ndarray, b: np.ndarray, spacing: np.ndarray) -> np.ndarray:
    """All pairwise distances between surface voxels, rows of a, columns of b."""

    def points(mask: np.ndarray) -> np.ndarray:
        padded = np.pad(mask, 1)
        edge = np.zeros_like(mask)
        for axis in range(mask.ndim):
            for shift in (-1, 1):
                neighbour = np.roll(padded, shift, axis)[tuple(slice(1, -1) for _ in range(mask.ndim))]
                edge |= mask & ~neighbour
        return np.argwhere(edge) * spacing

    return np.linalg.norm(points(a)[:, None] - points(b)[None], axis=-1)


class OverlapTest(unittest.TestCase):
    def test_two_squares_by_hand(self) -> None:
        a, b = np.zeros((12, 12), bool), np.zeros((12, 12), bool)
        a[2:6, 2:6], b[2:6, 3:7] = True, True  # 16 pixels each, 12 shared
        found = overlap(a, b, (1.0, 1.0))
        self.assertAlmostEqual(found.dice, 24 / 32)
        self.assertAlmostEqual(found.jaccard, 12 / 20)
        self.assertEqual(found.volume_error_percent, 0)
        # Outlines are rings of 12 pixels. 8 of each coincide with the other's ring (rows 2 and 5, columns 3..5 and ...):
        distances = brute_force(a, b, np.ones(2))
        self.assertAlmostEqual(found.assd, np.concatenate([distances.min(1), distances.min(0)]).mean())
        self.assertEqual(found.hd95, 1.0)

    def test_shifted_voxel_is_the_shift_in_millimetres(self) -> None:
        a, b = np.zeros((5, 9, 9), bool), np.zeros((5, 9, 9), bool)
        a[2, 2, 2], b[2, 2, 6] = True, True
        found = overlap(a, b, (2.0, 1.0, 0.5))
        self.assertEqual((found.dice, found.hd95, found.assd), (0.0, 2.0, 2.0))

    def test_empty_sides(self) -> None:
        empty, some = np.zeros((4, 4), bool), np.eye(4, dtype=bool)
        self.assertEqual(overlap(empty, empty, (1, 1)).dice, 1.0)
        self.assertTrue(np.isnan(overlap(empty, some, (1, 1)).hd95))
        self.assertEqual(overlap(empty, some, (1, 1)).volume_error_percent, -100)
        with self.assertRaises(ValueError):
            overlap(empty, np.zeros((4, 5), bool), (1, 1))

    def test_random_volumes_against_brute_force(self) -> None:
        rng = np.random.RandomState(0)
        for _ in range(8):
            spacing = rng.uniform(0.5, 3, 3)
            a, b = rng.rand(7, 8, 6) < 0.4, rng.rand(7, 8, 6) < 0.4
            distances = brute_force(a, b, spacing)
            found = overlap(a, b, tuple(spacing))
            expected = max(np.percentile(distances.min(1), 95), np.percentile(distances.min(0), 95))
            self.assertAlmostEqual(found.hd95, expected, places=9)
            self.assertAlmostEqual(found.assd, np.concatenate([distances.min(1), distances.min(0)]).mean(), places=9)

    def test_maximum_agrees_with_scikit_image(self) -> None:
        rng = np.random.RandomState(1)
        a, b = rng.rand(20, 20) < 0.3, rng.rand(20, 20) < 0.3
        distances = brute_force(a, b, np.ones(2))
        self.assertAlmostEqual(max(distances.min(0).max(), distances.min(1).max()), hausdorff_distance(surface(a), surface(b)))

    def test_single_slice_is_measured_in_its_plane(self) -> None:
        a = np.zeros((1, 9, 9), bool)
        a[0, 2:7, 2:7] = True
        b = a.copy()
        b[0, 4, 4] = False  # a hole: in the plane it is an inner surface, 4-neighbours of the hole
        found = overlap(a, b, (1.0, 1.0, 1.0))
        flat = overlap(a[0], b[0], (1.0, 1.0))
        self.assertEqual(found, flat)
        self.assertGreater(found.assd, 0)

    def test_slicewise_pools_overlap_and_averages_distances(self) -> None:
        a, b = np.zeros((2, 8, 8), bool), np.zeros((2, 8, 8), bool)
        a[0, 1, 1], b[0, 1, 3] = True, True  # distance 2
        b[1, 4, 4] = True  # missed slice
        found = slicewise(a, b, (1.0, 1.0))
        self.assertEqual((found.dice, found.hd95, found.assd), (0.0, 2.0, 2.0))
        self.assertEqual(found.volume_error_percent, -50)


class IntervalTest(unittest.TestCase):
    def test_constant_values_have_no_width(self) -> None:
        self.assertEqual(bootstrap_interval([0.5] * 9), (0.5, 0.5, 0.5))

    def test_width_matches_the_standard_error(self) -> None:
        values = np.random.RandomState(2).normal(3, 1, 400)
        mean, low, high = bootstrap_interval(values)
        self.assertAlmostEqual(mean, values.mean())
        self.assertAlmostEqual((high - low) / (2 * 1.96 * values.std() / 20), 1, delta=0.06)

    def test_groups_widen_the_interval(self) -> None:
        values = np.repeat(np.random.RandomState(3).normal(0, 1, 50), 2)
        _, low, high = bootstrap_interval(values)
        _, low_grouped, high_grouped = bootstrap_interval(values, [str(i // 2) for i in range(100)])
        self.assertGreater(high_grouped - low_grouped, 1.25 * (high - low))

    def test_undefined_values_are_left_out(self) -> None:
        self.assertEqual(bootstrap_interval([1.0, float("nan"), 1.0])[0], 1.0)
        self.assertTrue(np.isnan(bootstrap_interval([float("nan")])[0]))


class SmallTargetTest(unittest.TestCase):
    def test_by_hand(self) -> None:
        reference = np.zeros((1, 20, 20), bool)
        reference[0, 0:2, 0:4], reference[0, 10:14, 10:14] = True, True  # 8 and 16 pixels
        predicted = np.zeros_like(reference)
        predicted[0, 0:1, 0:4], predicted[0, 10:14, 10:14] = True, True  # half of the small one
        targets = targets_of_slices(predicted, reference)
        self.assertEqual(sorted(targets), [(8, 0.5), (16, 1.0)])
        found = small_target_recall(targets)
        self.assertEqual((found["pixelsBelow"], found["targets"], found["recall"]), (10.0, 1, 0.5))


class InstanceTest(unittest.TestCase):
    def setUp(self) -> None:
        self.reference = np.zeros((10, 10), np.uint16)
        self.reference[0:4, 0:4], self.reference[6:10, 6:10] = 1, 2
        self.exact = self.reference == 1
        self.half = np.zeros((10, 10), bool)
        self.half[6:10, 6:8] = True  # IoU 8 / 16 = 0.5 with the second
        self.wrong = np.zeros((10, 10), bool)
        self.wrong[0:2, 6:8] = True  # 4 pixels of nothing

    def test_matching_and_average_precision(self) -> None:
        detections, found = match([self.exact, self.half, self.wrong], [0.9, 0.6, 0.8], self.reference)
        self.assertEqual(detections, [(0.9, True), (0.8, False), (0.6, True)])
        self.assertTrue(found.all())
        # precision 1 at recall 1/2, then 2/3 at recall 1
        self.assertAlmostEqual(average_precision(detections, 2), 0.5 * 1 + 0.5 * 2 / 3)

    def test_a_reference_is_claimed_once(self) -> None:
        detections, _ = match([self.exact, self.exact], [0.9, 0.8], self.reference)
        self.assertEqual([good for _, good in detections], [True, False])

    def test_aggregated_jaccard_by_hand(self) -> None:
        found = aggregated_jaccard([self.exact, self.half, self.wrong], self.reference)
        self.assertAlmostEqual(found, (16 + 8) / (16 + 16 + 4))
        self.assertEqual(aggregated_jaccard([], self.reference), 0.0)

    def test_overlap_goes_to_the_higher_score(self) -> None:
        low, high = without_overlap([self.exact, self.exact], [0.1, 0.9])
        self.assertEqual((int(low.sum()), int(high.sum())), (0, 16))


if __name__ == "__main__":
    unittest.main()
