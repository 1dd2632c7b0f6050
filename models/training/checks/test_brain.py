"""Brain anatomy: brightness estimates against known ones, the two networks, the refining graph. No data, no trained weights."""

import sys
import unittest
from typing import List, Tuple
from unittest import mock

import torch

from cordon_training.paths import MODELS

sys.path.insert(0, str(MODELS / "training" / "brain-anatomy"))

from brain_anatomy import weights  # noqa: E402
from brain_anatomy.brightness import EVIDENCE, STRIDES, TISSUE, TISSUES, Brightness, spread_matrix, window_matrix  # noqa: E402
from brain_anatomy.courses import RefinerCourse, logits_at, posterior_at  # noqa: E402
from brain_anatomy.graph import GRID, LabelGraph  # noqa: E402
from brain_anatomy.network import BrainNet, Refiner, smooth  # noqa: E402
from brain_anatomy.structures import CLASSES, NAMES, swap_table  # noqa: E402

SHAPE = (32, 40, 48)
LEFT_MATTER, RIGHT_MATTER = (NAMES.index(f"{side}-cerebral-white-matter") for side in ("left", "right"))


def two_tissues(inside: float, outside: float, slope: float = 0.0) -> Tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """An image of a ball with noise of 0.03, brighter along y by `slope`; a prior that is off by 2 voxels and vague; the truth."""
    torch.manual_seed(3)
    x, y, z = (torch.arange(n).float() - (n - 1) / 2 for n in SHAPE)
    x, y, z = x[:, None, None], y[None, :, None], z[None, None, :]
    distance = (x**2 + y**2 + z**2).sqrt()
    truth = torch.where(distance < 11, torch.where(x < 0, LEFT_MATTER, RIGHT_MATTER), 0)
    image = torch.where(truth > 0, inside, outside) + slope * y / SHAPE[1] + 0.03 * torch.randn(SHAPE)
    prior = torch.full((CLASSES, *SHAPE), -20.0)
    shifted = ((x**2) + (y - 2) ** 2 + z**2).sqrt()
    prior[0] = (shifted - 11) / 3
    prior[LEFT_MATTER] = (11 - shifted) / 3 - 4 * (x >= 0)
    prior[RIGHT_MATTER] = (11 - shifted) / 3 - 4 * (x < 0)
    return image[None, None], prior[None], truth


class BrightnessTest(unittest.TestCase):
    def setUp(self) -> None:
        self.trust = torch.ones(TISSUES)

    def wrong(self, image: torch.Tensor, prior: torch.Tensor, truth: torch.Tensor) -> float:
        """Share of voxels that get another label than the true one."""
        return float((Brightness(SHAPE)(image, prior, self.trust).argmax(1)[0] != truth).float().mean())

    def test_left_and_right_are_one_tissue(self) -> None:
        self.assertEqual(len(TISSUE), CLASSES)
        self.assertEqual(sorted(set(TISSUE)), list(range(TISSUES)))
        for channel, other in enumerate(swap_table()):
            self.assertEqual(TISSUE[channel], TISSUE[int(other)])

    def test_finds_the_border_that_the_prior_misses_whatever_the_contrast(self) -> None:
        for inside, outside in ((0.8, 0.3), (0.3, 0.8), (0.5, 0.35)):
            image, prior, truth = two_tissues(inside, outside)
            by_prior = float((prior.argmax(1)[0] != truth).float().mean())
            self.assertGreater(by_prior, 0.02)
            self.assertLess(self.wrong(image, prior, truth), by_prior / 5)

    def test_means_and_deviations_are_those_of_the_image(self) -> None:
        image, prior, truth = two_tissues(0.8, 0.3)
        model = Brightness(SHAPE)
        estimates = model.estimates(image, prior, self.trust)
        tissue = TISSUE[LEFT_MATTER]
        inside = truth > 0
        self.assertLess(float((estimates[tissue][inside] - 0.8).abs().max()), 0.02)
        self.assertLess(float((estimates[0][~inside] - 0.3).abs().max()), 0.02)
        deviation = (0.03**2 + 0.02**2) ** 0.5
        self.assertLess(abs(float(estimates[TISSUES + tissue][inside].mean().sqrt()) / deviation - 1), 0.2)

    def test_a_bias_field_is_followed(self) -> None:
        # Along y the tissues change by more than they differ: no one brightness tells them apart.
        image, prior, truth = two_tissues(0.6, 0.4, 0.6)
        by_prior = float((prior.argmax(1)[0] != truth).float().mean())
        self.assertLess(self.wrong(image, prior, truth), by_prior / 2)

    def test_a_constant_image_leaves_the_prior(self) -> None:
        _, prior, _ = two_tissues(0.8, 0.3)
        for value in (0.0, 1.0):
            posterior = Brightness(SHAPE)(torch.full((1, 1, *SHAPE), value), prior, self.trust)
            self.assertTrue(bool(torch.isfinite(posterior).all()))
            self.assertGreater(float((posterior.argmax(1) == prior.argmax(1)).float().mean()), 0.99)

    def test_a_mirrored_image_has_the_sides_exchanged(self) -> None:
        image, prior, _ = two_tissues(0.8, 0.3)
        other = [int(channel) for channel in swap_table()]
        model = Brightness(SHAPE)
        straight = model(image, prior, self.trust)
        mirrored = model(image.flip(2), prior.flip(2)[:, other], self.trust).flip(2)[:, other]
        self.assertLess(float(((straight - mirrored).abs() / (1 + straight.abs())).max()), 1e-3)
        self.assertTrue(torch.equal(straight.argmax(1), mirrored.argmax(1)))

    def test_evidence_is_the_image_the_posterior_and_how_well_each_tissue_fits(self) -> None:
        image, prior, truth = two_tissues(0.8, 0.3)
        model = Brightness(SHAPE)
        posterior, evidence = model.evidence(image, prior, self.trust)
        self.assertEqual(tuple(evidence.shape), (1, EVIDENCE, *SHAPE))
        self.assertTrue(torch.equal(posterior, model(image, prior, self.trust)))
        self.assertTrue(torch.equal(evidence[:, :1], image))
        self.assertTrue(torch.allclose(evidence[:, 1 : 1 + CLASSES].sum(1), torch.ones(1, *SHAPE)))
        fits = evidence[0, 1 + CLASSES :]
        inside = truth > 0
        tissue = TISSUE[LEFT_MATTER]
        # The median of exp(-z^2 / 2) is 0.8 where z is normal.
        self.assertGreater(float(fits[tissue][inside].median()), 0.7)
        self.assertLess(float(fits[tissue][~inside].median()), 0.01)
        self.assertGreaterEqual(float(evidence.min()), 0)

    def test_windows_are_densities_and_interpolation_keeps_constants_and_lines(self) -> None:
        for stride in STRIDES:
            window = window_matrix(96, stride)
            self.assertLess(abs(float(window[12].sum()) - 1), 0.01)
            spread = spread_matrix(96, stride)
            self.assertLess(float((spread.sum(1) - 1).abs().max()), 1e-6)
            centres = (torch.arange(24).float() + 0.5) * 4 - 0.5
            inner = slice(8 // stride, 80 // stride)
            self.assertLess(float((spread @ centres - torch.arange(0, 96, stride).float())[inner].abs().max()), 1e-4)


class NetworkTest(unittest.TestCase):
    def setUp(self) -> None:
        torch.manual_seed(0)

    def test_training_computes_at_the_drawn_voxels_what_the_network_answers_there(self) -> None:
        network = BrainNet((8, 8, 16, 16))
        image = torch.rand(1, 1, 16, 32, 48)
        voxels = torch.randint(image.numel(), (700,))
        whole = network.eval().features(network.stem(image))[0].flatten(1).t()
        self.assertLess(float((network.train().features_at(image, voxels) - whole[voxels]).abs().max()), 1e-4)

    def test_gradients_reach_every_weight_the_trust_too(self) -> None:
        network = BrainNet((8, 8, 16, 16)).train()
        posterior_at(network, torch.rand(1, 1, 16, 32, 48), torch.randint(16 * 32 * 48, (300,))).square().mean().backward()
        without: List[str] = [name for name, weight in network.named_parameters() if weight.grad is None or not weight.grad.any()]
        self.assertEqual(without, [])

    def test_the_refiner_too_is_trained_on_what_it_answers(self) -> None:
        refiner, seen = Refiner((8, 8, 16, 16)), torch.rand(1, EVIDENCE, 16, 32, 48)
        torch.nn.init.normal_(refiner.classify.weight)
        voxels = torch.randint(16 * 32 * 48, (700,))
        whole = refiner.eval()(seen)[0].flatten(1).t()
        trained = logits_at(refiner.train(), seen, voxels, False)
        self.assertLess(float((trained - whole[voxels]).abs().max()), 1e-3)
        trained.square().mean().backward()
        without: List[str] = [name for name, weight in refiner.named_parameters() if weight.grad is None or not weight.grad.any()]
        self.assertEqual(without, [])


    def test_smoothing_takes_stripes_out_and_leaves_slopes_and_constants(self) -> None:
        y, z = torch.arange(16.0)[:, None], torch.arange(24.0)[None, :]
        for kept, stripes in ((y + 2 * z, 5 * (-1) ** y + 0 * z), (0 * y + 3 * z, 5 * (-1) ** (y + z)), (0 * y * z + 7, 0 * y + (-1) ** z)):
            smoothed = smooth((kept + stripes).expand(1, 2, 8, 16, 24))[0, 1, 3]
            self.assertEqual(smoothed.shape, (16, 24))
            self.assertLess(float((smoothed - kept)[1:-1, 1:-1].abs().max()), 1e-4)
        self.assertLess(float((smooth(torch.full((1, 2, 8, 16, 24), 7.0)) - 7).abs().max()), 1e-5)

    def test_both_sides_are_the_smoothed_logits_of_both_images(self) -> None:
        network, image = BrainNet((4, 4, 8, 8)).eval(), torch.rand(1, 1, 16, 32, 48)
        other = [int(channel) for channel in swap_table()]
        with torch.no_grad():
            apart = 0.5 * (smooth(network(image)) + smooth(network(image.flip(2))).flip(2)[:, other])
            self.assertLess(float((network.both_sides(image, [0], other) - apart).abs().max()), 1e-4)


class RefiningTest(unittest.TestCase):
    def setUp(self) -> None:
        torch.manual_seed(1)
        self.image = torch.rand(1, 1, *GRID)

    def test_an_untrained_refiner_leaves_the_posterior(self) -> None:
        first, refiner = BrainNet((4, 4, 8, 8)), Refiner((4, 4, 8, 8))
        with torch.no_grad():
            alone, refined = (LabelGraph(first, other).eval().scores(self.image) for other in (None, refiner))
        self.assertTrue(torch.equal(alone, refined))

    def test_a_mirrored_head_has_the_sides_exchanged(self) -> None:
        refiner = Refiner((4, 4, 8, 8))
        torch.nn.init.normal_(refiner.classify.weight)
        graph = LabelGraph(BrainNet((4, 4, 8, 8)), refiner).eval()
        other = [int(channel) for channel in swap_table()]
        with torch.no_grad():
            straight = graph.scores(self.image)
            mirrored = graph.scores(self.image.flip(2)).flip(2)[:, other]
        self.assertLess(float((straight - mirrored).abs().max()), 0.01)
        self.assertGreater(float((straight - straight.flip(2)[:, other]).abs().mean()), 0.01)

    def test_a_sample_is_corrected_as_the_whole_head_is(self) -> None:
        first, refiner = BrainNet((4, 4, 8, 8)), Refiner((4, 4, 8, 8))
        torch.nn.init.normal_(refiner.classify.weight)
        image = torch.rand(1, 1, 16, 32, 32)
        with mock.patch("brain_anatomy.courses.Synthesiser") as synthesiser:
            synthesiser.return_value.return_value = image, torch.randint(CLASSES, image.shape[2:])
            synthesiser.return_value.random.rand.return_value = 0.5
            course = RefinerCourse(refiner, first, 0)
            course.bfloat16 = False
            sample = course[0]
        with torch.no_grad():
            whole = course.scores(refiner.eval(), image)[0].flatten(1).t()
        corrected = course.logits(sample)
        self.assertLess(float((corrected - whole[sample.voxels]).abs().max()), 1e-3)
        self.assertGreater(float((corrected - sample.known).abs().mean()), 0.01)

    def test_a_refiner_of_another_first_network_is_refused(self) -> None:
        records = {"quality": {"refines": {"run": "fast", "iteration": 5}}, "fast": {"iteration": 6}}
        untrained = weights.build("quality")
        stored = {"quality": untrained.refiner.state_dict(), "fast": untrained.network.state_dict()}
        with mock.patch.multiple(weights, load_record=lambda name, _: records[name], load_weights=lambda name, _: stored[name]):
            with self.assertRaisesRegex(ValueError, "quality refines fast of iteration 5, not 6 - train quality on"):
                weights.load_graph("quality")
            records["fast"]["iteration"] = 5
            self.assertIsNotNone(weights.load_graph("quality").refiner)


if __name__ == "__main__":
    unittest.main()
