# scipy, scikit-image and OpenCV as peers of the benchmarks, on one thread. The protocol is that of itk/peers.cxx; a job is
# named library:job.
import sys
import time

import cv2
import numpy as np
from scipy import ndimage
from skimage import filters

folder = sys.argv[1]
cv2.setNumThreads(1)
sizes = {"ct512": (200, 512, 512), "ct256": (256,) * 3, "ct128": (128,) * 3, "slice512": (512, 512)}
kept = {}


def image(name):
    if name not in kept:
        kept[name] = np.fromfile(f"{folder}/{name}.i16", "<i2").reshape(sizes[name])
    return kept[name]


def mask(name, least):
    return (image(name) >= least).astype("u1")


def u8(name):
    return np.clip((image(name).astype("f4") + 200) / 600 * 255, 0, 255).astype("u1")


def job(name, input):
    a = image(input)
    if name == "cv2:threshold":
        flat = a.reshape(a.shape[0], -1)
        return lambda: cv2.inRange(flat, 100, 300)
    if name == "cv2:otsu":
        flat = (a.reshape(a.shape[0], -1).astype("i4") + 2048).astype("u2")
        return lambda: cv2.threshold(flat, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1]
    if name == "scipy:grow-large":
        return lambda: (lambda l: l == l[150, 350, 150])(ndimage.label((a >= 0) & (a <= 160))[0])
    if name == "scipy:gaussian":
        f = a.astype("f4")
        return lambda: ndimage.gaussian_filter(f, 2)
    if name == "scipy:components":
        m = mask(input, 150)
        return lambda: ndimage.label(m)[0]
    if name == "skimage:sobel":
        f = a.astype("f4")
        return lambda: filters.sobel(f)
    if name == "cv2:sobel":
        return lambda: cv2.magnitude(cv2.Sobel(a, cv2.CV_32F, 1, 0), cv2.Sobel(a, cv2.CV_32F, 0, 1))
    if name == "cv2:canny":
        g = u8(input)
        return lambda: cv2.Canny(cv2.GaussianBlur(g, (0, 0), 1.4), 20, 60)
    if name == "cv2:components":
        m = mask(input, 150)
        return lambda: cv2.connectedComponents(m, connectivity=4)[1]
    if name == "cv2:watershed":
        g = np.fromfile(f"{folder}/{input}-gradient.u8", "u1").reshape(sizes[input])
        m = np.fromfile(f"{folder}/{input}-markers.u8", "u1").reshape(sizes[input]).astype("i4")
        g = cv2.cvtColor(g, cv2.COLOR_GRAY2BGR)
        return lambda: cv2.watershed(g, m.copy())
    raise ValueError("no job " + name)


def status(key):
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(key + ":"))


for line in sys.stdin:
    try:
        work = job(*line.split())
        with open("/proc/self/clear_refs", "w") as refs:
            refs.write("5")
        before = status("VmRSS")
        start = time.process_time()
        out = work()
        ms = (time.process_time() - start) * 1e3
        peak = status("VmHWM") - before
        print("%.3f %d %.9g" % (ms, peak, float(np.asarray(out).sum(dtype="f8"))), flush=True)
    except Exception as error:
        print("error", error, flush=True)
