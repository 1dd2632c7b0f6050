"""Training code: equivalences that exports rely on, the schedule, resume points, and a smoke run of each network."""

import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from cordon_training.architectures import TITLES, build
from cordon_training.architectures.patch_cnn import MARGIN, PATCH, PatchCnn, PatchCnnDense
from cordon_training.architectures.pspnet import adaptive_pool
from cordon_training.architectures.segnet import SegNet, SegNetMask
from cordon_training.dataset import Dataset, Span
from cordon_training.golden import PhantomData
from cordon_training.graphs import TransposedConvolution3d
from cordon_training.learners import make_learner
from cordon_training.losses import dice_loss, network_loss
from cordon_training.prepare import centre_offset, normalise, pad_volume
from cordon_training.resume import load_record, load_weights, save_resume
from cordon_training.tasks import HIPPOCAMPUS, NUCLEI, TASKS
from cordon_training.train import CYCLES, PEAK_RATE, dice_per_class, learning_rate


class EquivalenceTest(unittest.TestCase):
    def setUp(self) -> None:
        torch.manual_seed(0)

    def test_dense_patch_network_is_the_patch_network_at_every_pixel(self) -> None:
        network = PatchCnn(3, 3).eval()
        image = torch.randn(1, 3, 20, 24)
        with torch.no_grad():
            dense = PatchCnnDense(network)(image)
            padded = F.pad(image, (MARGIN,) * 4)
            for row, column in ((0, 0), (7, 13), (19, 23)):
                patch = padded[:, :, row : row + PATCH, column : column + PATCH]
                self.assertLess(float((network(patch)[0] - dense[0, :, row, column]).abs().max()), 1e-5)

    def test_mask_form_of_segnet_is_identical(self) -> None:
        network = SegNet(1, 2).eval()
        mask = SegNetMask(1, 2).eval()
        mask.load_state_dict(network.state_dict())
        image = torch.randn(2, 1, 64, 96).round()  # rounding makes ties
        with torch.no_grad():
            self.assertTrue(torch.equal(network(image), mask(image)))

    def test_transposed_convolution_in_3d(self) -> None:
        layer = nn.ConvTranspose3d(4, 3, 2, 2)
        x = torch.randn(1, 4, 3, 5, 2)
        self.assertLess(float((layer(x) - TransposedConvolution3d(layer)(x)).abs().max()), 1e-6)

    def test_adaptive_pooling(self) -> None:
        x = torch.randn(2, 3, 16, 13)
        for bins in (1, 2, 3, 6):
            self.assertLess(float((adaptive_pool(x, bins) - F.adaptive_avg_pool2d(x, bins)).abs().max()), 1e-6)


class LossTest(unittest.TestCase):
    def test_dice_loss_by_hand(self) -> None:
        labels = torch.tensor([[[0, 1], [1, 0]]])
        perfect = F.one_hot(labels, 2).movedim(-1, 1).float() * 100
        self.assertAlmostEqual(float(dice_loss(perfect, labels)), 0.0, places=5)
        uniform = torch.zeros(1, 2, 2, 2)  # overlap 1, total 2 + 2, smoothed by 1
        self.assertAlmostEqual(float(dice_loss(uniform, labels)), 1 - 3 / 5, places=5)

    def test_auxiliary_heads_are_weighted(self) -> None:
        labels = torch.randint(0, 2, (1, 4, 4))
        a, b = torch.randn(1, 2, 4, 4), torch.randn(1, 2, 4, 4)
        expected = (network_loss(a, labels) + 0.4 * network_loss(b, labels)) / 1.4
        self.assertAlmostEqual(float(network_loss((a, b), labels, 0.4)), float(expected), places=5)

    def test_dice_per_class(self) -> None:
        self.assertEqual(dice_per_class(np.array([0, 1, 1]), np.array([0, 1, 0]), 3), [2 / 3, 1.0])


class PreparationTest(unittest.TestCase):
    def test_normalise(self) -> None:
        image = np.random.RandomState(0).gamma(2, 100, (20, 30))
        image[0, 0] = 1e7
        low, high = np.quantile(image, [0.005, 0.995])
        clipped = image.clip(low, high)
        expected = (clipped - clipped.mean()) / clipped.std(ddof=0)
        self.assertLess(np.abs(normalise(image) - expected).max(), 1e-4)

    def test_padding_places_the_crop_at_the_floor_of_half_the_rest(self) -> None:
        crop = np.arange(35 * 51 * 34, dtype=np.float32).reshape(35, 51, 34) + 1
        padded = pad_volume(crop)
        self.assertEqual(padded.shape, (48, 64, 64))
        self.assertEqual(tuple(np.argwhere(padded)[0]), (6, 6, 8 + 7))
        self.assertEqual(centre_offset(crop.shape), (6, 6, 7))
        self.assertEqual(int((padded > 0).sum()), crop.size)

    def test_neighbours_outside_the_case_are_zero(self) -> None:
        data = PhantomData(HIPPOCAMPUS)
        self.assertFalse(data.stack(data.span, 0)[0].any())
        self.assertTrue(np.array_equal(data.stack(data.span, 20)[2], data.images[21]))


class ScheduleTest(unittest.TestCase):
    def test_cycles(self) -> None:
        self.assertAlmostEqual(learning_rate(0), PEAK_RATE / 50)
        self.assertLess(learning_rate(CYCLES[0] - 1), 1e-4 * PEAK_RATE + 1e-6)
        self.assertGreater(learning_rate(CYCLES[0] + 60), 0.9 * PEAK_RATE)
        with self.assertRaises(ValueError):
            learning_rate(CYCLES[-1])

    def test_resume_points_come_back_in_16_bits(self) -> None:
        network = build("unet", HIPPOCAMPUS)
        with tempfile.TemporaryDirectory() as name:
            save_resume("some-run", network.state_dict(), {"iteration": 3}, Path(name))
            back = load_weights("some-run", Path(name))
            self.assertEqual(load_record("some-run", Path(name))["iteration"], 3)
            self.assertEqual(load_record("no-run", Path(name))["iteration"], 0)
        for key, value in network.state_dict().items():
            expected = value.half().float() if value.dtype == torch.float32 else value
            self.assertTrue(torch.equal(back[key], expected), key)


class SmallData(PhantomData):
    """The phantom with a label where it is bright (or dark), so that there is something to learn."""

    def __init__(self, task_id: str) -> None:
        super().__init__(TASKS[task_id])
        images = np.asarray(self.images)
        self.labels = (images < -1).astype(np.uint8)  # type: ignore[assignment]
        if self.task is NUCLEI:
            from scipy import ndimage

            self.labels = np.stack([ndimage.label(image > 1)[0] for image in images])  # type: ignore[assignment]
        self.spans = {"train": [Span("phantom", 0, len(images))]}


class SmokeTest(unittest.TestCase):
    """Three iterations of every architecture: finite losses, every weight moves, probabilities add to one."""

    def run_some(self, task_id: str, architecture: str) -> None:
        torch.manual_seed(1)
        data: Dataset = SmallData(task_id)
        learner = make_learner(TASKS[task_id], architecture)
        before = {name: p.detach().clone() for name, p in learner.network.named_parameters()}
        optimiser = torch.optim.AdamW(learner.network.parameters(), 1e-3)
        learner.network.train()
        for iteration in range(3):
            loss = learner.loss(data, data.spans["train"], np.random.default_rng((0, iteration)))
            self.assertTrue(bool(torch.isfinite(loss)), f"{architecture} loss {loss}")
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        still = [name for name, p in learner.network.named_parameters() if torch.equal(p, before[name])]
        self.assertFalse(still, f"{architecture}: weights that do not learn: {still}")
        if task_id != NUCLEI.id:
            total = learner.probabilities(data, data.spans["train"][0]).sum(0)
            self.assertLess(float(np.abs(total - 1).max()), 1e-4)

    def test_every_architecture_in_2d(self) -> None:
        for architecture in TITLES:
            if architecture != "mask-rcnn":
                with self.subTest(architecture):
                    self.run_some("lv-cine-mr", architecture)

    def test_volumetric_vnet(self) -> None:
        self.run_some("hippocampus-mr", "vnet")

    def test_detector(self) -> None:
        self.run_some("nuclei", "mask-rcnn")


if __name__ == "__main__":
    unittest.main()
