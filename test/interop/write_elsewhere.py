"""Segmentations as other programs write them. P is a list of {folder, labels, out}: a folder of images, a NumPy file of
their labels (slices ascending, rows, columns; 1 to 3), a folder for the results. R gets, for each entry, the files by name."""
import glob, json, os, subprocess
import numpy as np, pydicom, highdicom as hd
from pydicom.sr.codedict import codes
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEGLSLossless, RLELossless

NAMES = ['Liver', 'Kidney', 'Spleen']
SYNTAXES = {'explicit': ExplicitVRLittleEndian, 'implicit': ImplicitVRLittleEndian, 'rle': RLELossless, 'jpegls': JPEGLSLossless}
# Labels of the same bytes in other character sets; the second bytes of some characters are those of a backslash.
SCRIPTS = {
    'latin1': ('ISO_IR 100', ['Gr\u00f6\u00dfe', 'F\u00eate', 'A\u00f1o']),
    'japanese': (['', 'ISO 2022 IR 87'], ['\u5de6\u814e\u81d3', '\u30fc\u80fd\u8868', '\u8102\u80aa']),
    'korean': (['', 'ISO 2022 IR 149'], ['\uc624\ub978\ucabd \ud3d0', '\uac04', '\ube44\uc7a5']),
    'chinese': ('GB18030', ['\u809d\u810f', '\u4e61\u8bda\u7a4d', '\u813e']),
    'markup': (None, ['<img src=x onerror=alert(1)>', '"><script>1</script>', '&lt;b&gt;']),
}


def images(folder):
    found = [pydicom.dcmread(path) for path in glob.glob(folder + '/*.dcm')]
    o = np.array(found[0].ImageOrientationPatient, float)
    return sorted(found, key=lambda d: np.array(d.ImagePositionPatient, float) @ np.cross(o[:3], o[3:]))


def description(number, name):
    return hd.seg.SegmentDescription(
        number, name, codes.SCT.AnatomicalStructure, getattr(codes.SCT, name, codes.SCT.Organ), hd.seg.SegmentAlgorithmTypeValues.AUTOMATIC,
        algorithm_identification=hd.AlgorithmIdentificationSequence('Algo', codes.DCM.ArtificialIntelligence, '1.5'),
        tracking_id=name + ' 1', tracking_uid='2.25.%d' % (1000 + number), display_color=hd.color.CIELabColor(60.0, 40.0, -30.0 + number % 100))


def segmentation(source, array, kind, descriptions, **options):
    return hd.seg.Segmentation(
        source, array, kind, descriptions, hd.UID(), 100, hd.UID(), 1, 'HD', 'Model', '1.0', 'SN1', content_label='SEGMENTATION',
        content_creator_name='Doe^Jane', **options)


def write_highdicom(entry, source, labels):
    files = {}
    def save(name, seg):
        files[name] = '%s/%s.dcm' % (entry['out'], name)
        seg.save_as(files[name])
    described = [description(n + 1, name) for n, name in enumerate(NAMES)]
    for name, syntax in SYNTAXES.items():
        if name not in ('rle', 'jpegls'):
            save('highdicom-binary-' + name, segmentation(source, labels, 'BINARY', described, transfer_syntax_uid=syntax))
        save('highdicom-labelmap-' + name, segmentation(source, labels, 'LABELMAP', described, transfer_syntax_uid=syntax))
        shares = np.stack([np.where(labels == n, 0.6, 0.2) for n in (1, 2, 3)], -1).astype(np.float32)
        save('highdicom-fractional-' + name, segmentation(source, shares, 'FRACTIONAL', described, transfer_syntax_uid=syntax))
    # Every slice has a frame, also the empty ones; frames come in the order of their segments.
    save('highdicom-binary-full', segmentation(source, labels, 'BINARY', described, omit_empty_frames=False))
    # As TotalSegmentator has them: a hundred numbers, many without voxels, most frames left out.
    many = [description(n, NAMES[n - 1] if n < 4 else 'Structure %d' % n) for n in range(1, 105)]
    save('highdicom-hundred', segmentation(source, labels, 'BINARY', many))
    # Numbers with gaps, beyond 8 bits, on a background that is not 0 in the file.
    gaps = np.zeros(labels.shape, np.uint16)
    for n, number in zip((1, 2, 3), (7, 300, 40000)): gaps[labels == n] = number
    sparse = [description(number, name) for number, name in zip((7, 300, 40000), NAMES)]
    save('highdicom-gaps', segmentation(source, gaps, 'LABELMAP', sparse))
    padded = pydicom.dcmread(files['highdicom-labelmap-explicit'])
    pixels = padded.pixel_array.copy()
    pixels[pixels == 0] = 200
    padded.PixelData = pixels.tobytes() + b'\0' * (pixels.size % 2)
    padded.PixelPaddingValue = 200
    save('padding-200', padded)
    deflated = pydicom.dcmread(files['highdicom-binary-explicit'])
    deflated.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    save('deflated', deflated)
    for name, (charset, texts) in SCRIPTS.items():
        d = pydicom.dcmread(files['highdicom-binary-explicit'])
        if charset is None: del d.SpecificCharacterSet
        else: d.SpecificCharacterSet = charset
        for item, text in zip(d.SegmentSequence, texts): item.SegmentLabel = text
        save('names-' + name, d)
    return files


def write_nrrd(path, array, source):
    o = np.array(source[0].ImageOrientationPatient, float)
    row_mm, column_mm = (float(x) for x in source[0].PixelSpacing)
    first, last = (np.array(d.ImagePositionPatient, float) for d in (source[0], source[-1]))
    axes = [o[:3] * column_mm, o[3:] * row_mm, (last - first) / (len(source) - 1)]
    vector = lambda v: '(%s)' % ','.join('%.12g' % x for x in v)
    header = ['NRRD0004', 'type: short', 'dimension: 3', 'space: left-posterior-superior',
              'sizes: %d %d %d' % array.shape[::-1], 'space directions: ' + ' '.join(map(vector, axes)),
              'kinds: domain domain domain', 'endian: little', 'encoding: raw', 'space origin: ' + vector(first)]
    with open(path, 'wb') as file: file.write(('\n'.join(header) + '\n\n').encode() + array.astype('<i2').tobytes())


def write_dcmqi(entry, source, labels):
    code = lambda value, meaning: {'CodeValue': value, 'CodingSchemeDesignator': 'SCT', 'CodeMeaning': meaning}
    about = [{'labelID': n + 1, 'SegmentDescription': name, 'SegmentLabel': name, 'SegmentAlgorithmType': 'AUTOMATIC', 'SegmentAlgorithmName': 'Algo',
              'SegmentedPropertyCategoryCodeSequence': code('123037004', 'Anatomical Structure'),
              'SegmentedPropertyTypeCodeSequence': code(value, name), 'recommendedDisplayRGBValue': [10 + n, 200, 30]}
             for n, (name, value) in enumerate(zip(NAMES, ('10200004', '64033007', '78961009')))]
    meta = {'ContentCreatorName': 'Doe^Jane', 'ClinicalTrialSeriesID': 'S', 'ClinicalTrialTimePointID': '1', 'SeriesDescription': 'dcmqi',
            'SeriesNumber': '300', 'InstanceNumber': '1', 'segmentAttributes': [about]}
    out = entry['out']
    with open(out + '/meta.json', 'w') as file: json.dump(meta, file)
    write_nrrd(out + '/labels.nrrd', labels, source)
    files = {'dcmqi': out + '/dcmqi.dcm'}
    subprocess.run([entry['dcmqi'], '--inputImageList', out + '/labels.nrrd', '--inputDICOMDirectory', entry['folder'],
                    '--inputMetadata', out + '/meta.json', '--outputDICOM', files['dcmqi'], '--skip'], check=True, capture_output=True)
    return files


for entry in P:
    source, labels = images(entry['folder']), np.load(entry['labels'])
    R[entry['out']] = write_highdicom(entry, source, labels)
    if entry['isEven']: R[entry['out']].update(write_dcmqi(entry, source, labels))
