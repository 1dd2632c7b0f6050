/**
 * What is measured against what, and the speed that is asked for: ours relative to the peer, on one thread, warm.
 * `same`: our check sum must equal the peer's (same voxels). `reason`: why a target is out of reach, shown beside a miss.
 */
export const cases = [
  {
    title: 'Threshold 512x512x200',
    ours: 'threshold ct512',
    peer: 'python cv2:threshold ct512',
    target: 1.2,
    scale: 255,
  },
  {
    title: 'Otsu 512x512x200',
    ours: 'otsu ct512',
    peer: 'python cv2:otsu ct512',
    target: 0.8,
    same: true,
  },
  {
    title: 'Region growing 6, large',
    ours: 'grow-large ct512',
    peer: 'itk grow-large ct512',
    target: 10,
    same: true,
  },
  {
    title: 'Region growing 26, large',
    ours: 'grow-large-26 ct512',
    peer: 'itk grow-large-26 ct512',
    target: 10,
    same: true,
  },
  {
    title: 'Region growing 6, large',
    ours: 'grow-large ct512',
    peer: 'python scipy:grow-large ct512',
    target: 4,
    same: true,
  },
  {
    title: 'Region growing 6, small',
    ours: 'grow-small ct512',
    peer: 'itk grow-small ct512',
    target: 5,
    same: true,
  },
  {
    title: 'Connected components',
    ours: 'components ct512',
    peer: 'itk components ct512',
    target: 5,
  },
  {
    title: 'Connected components, noise',
    ours: 'components-noise ct512',
    peer: 'itk components-noise ct512',
    target: 2.5,
  },
  { title: 'Sobel 256x256x256', ours: 'sobel ct256', peer: 'itk gradient ct256', target: 15 },
  { title: 'Sobel 256x256x256', ours: 'sobel ct256', peer: 'python skimage:sobel ct256' },
  {
    title: 'Gaussian sigma 2, 256x256x256',
    ours: 'gaussian ct256',
    peer: 'python scipy:gaussian ct256',
    target: 5,
  },
  { title: 'Canny 256x256x256', ours: 'canny ct256', peer: 'itk canny ct256', target: 1 },
  {
    title: 'Canny 512x512',
    ours: 'canny slice512',
    peer: 'python cv2:canny slice512',
    target: 0.5,
    reason:
      "ours follows ITK's definition, with second derivatives in float32; OpenCV's has 8 bits and a 3 x 3 window",
  },
  {
    title: 'Sobel 512x512',
    ours: 'sobel slice512',
    peer: 'python cv2:sobel slice512',
    target: 0.9,
  },
  {
    title: 'Connected components 512x512',
    ours: 'components slice512',
    peer: 'python cv2:components slice512',
    target: 0.9,
  },
  {
    title: 'Threshold, whole update',
    ours: 'threshold-update ct512',
    peer: 'python cv2:threshold ct512',
  },
  { title: 'Otsu, whole update', ours: 'otsu-update ct512', peer: 'python cv2:otsu ct512' },
  {
    title: 'Watershed from markers 256x256x256',
    ours: 'watershed ct256',
    peer: 'itk watershed ct256',
    target: 4,
    same: true,
  },
  {
    title: 'Watershed from markers 512x512',
    ours: 'watershed slice512',
    peer: 'python cv2:watershed slice512',
    target: 2,
  },
  { title: 'Distance 128x128x128', ours: 'distance ct128', peer: 'itk distance ct128', target: 2 },
  { title: 'Distance 256x256x256', ours: 'distance ct256', peer: 'itk distance ct256', target: 4 },
  {
    // Ours is an exact ball of 3 mm, the peer's element a box.
    title: 'Dilation 3 voxels, 256x256x256',
    ours: 'dilate ct256',
    peer: 'itk dilate ct256',
    target: 8,
  },
  {
    title: 'Minimum cut 128x128x128',
    ours: 'cut ct128',
    peer: 'maxflow cut ct128',
    target: 2,
    same: true,
  },
  {
    title: 'Minimum cut 512x512',
    ours: 'cut slice512',
    peer: 'maxflow cut slice512',
    target: 0.9,
    same: true,
  },
  { title: 'Minimum cut 512x512', ours: 'cut slice512', peer: 'boost cut slice512', same: true },
];
