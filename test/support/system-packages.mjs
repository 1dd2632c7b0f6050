/**
 * The programs outside npm that tests use, and the Debian packages that bring them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** `probe` succeeds when the thing is there. */
const NEEDED = [
  { packages: ['chromium'], probe: ['chromium', '--version'], tests: 'browser tests' },
  {
    packages: ['orthanc', 'orthanc-dicomweb'],
    probe: ['test', '-e', '/usr/share/orthanc/plugins/libOrthancDicomWeb.so'],
    tests: 'tests against Orthanc',
  },
  { packages: ['nginx-light'], probe: ['nginx', '-v'], tests: 'the deployment with nginx' },
  { packages: ['dicom3tools'], probe: ['which', 'dciodvfy'], tests: 'DICOM validation' },
  { packages: ['dcmtk'], probe: ['which', 'dcmdump'], tests: 'DICOM validation' },
  {
    packages: ['libdcmtk-dev'],
    probe: ['test', '-e', '/usr/include/dcmtk/dcmseg/segdoc.h'],
    tests: 'dcmtk interop',
  },
  {
    packages: ['libboost-dev'],
    probe: ['test', '-e', '/usr/include/boost/graph/boykov_kolmogorov_max_flow.hpp'],
    tests: "comparison with Boost's maximum flow",
  },
  { packages: ['gcc', 'g++'], probe: ['which', 'gcc', 'g++'], tests: 'Orthanc and dcmtk interop' },
  {
    packages: ['python3-venv', 'python3-pip'],
    probe: ['/usr/bin/python3', '-c', 'import ensurepip, pip'],
    tests: 'comparisons with SimpleITK, highdicom and dcmqi (with access to PyPI once)',
  },
  ...[
    ['python3-pydicom', 'pydicom'],
    ['python3-numpy', 'numpy'],
    ['python3-nibabel', 'nibabel'],
    ['python3-scipy', 'scipy'],
    ['python3-skimage', 'skimage'],
    ['python3-opencv', 'cv2'],
    ['python3-torch', 'torch'],
    ['python3-torchvision', 'torchvision'],
  ].map(([name, module]) => ({
    packages: [name],
    probe: ['/usr/bin/python3', '-c', `import ${module}`],
    tests: `comparisons with ${module}`,
  })),
];

const runs = ([command, ...args]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** Installs what is missing where apt can; returns a hint for each thing that stays missing. */
export function ensureSystemPackages() {
  const missing = () => NEEDED.filter(({ probe }) => !runs(probe));
  const before = missing();
  if (before.length === 0) return [];
  const canInstall = process.getuid?.() === 0 && existsSync('/etc/debian_version');
  if (canInstall) {
    const packages = [...new Set(before.flatMap((need) => need.packages))];
    process.stdout.write(`\n— Installing system packages: ${packages.join(' ')}\n`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit', env });
    const install = ['install', '-y', '-qq', '--no-install-recommends', ...packages];
    spawnSync('apt-get', install, { stdio: ['ignore', 'ignore', 'inherit'], env });
  }
  return missing().map(
    ({ packages, tests }) => `${tests}: install ${packages.join(' and ')} (apt-get install …)`
  );
}
