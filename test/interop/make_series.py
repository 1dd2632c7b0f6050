"""Writes synthetic image series: make_series.py SPECS.json, a list of
{folder, rows, columns, slices, geometry, text, modality} and, if wanted, slope. Geometries: axial, descending, oblique, tilt, uneven, sagittal,
coronal, enhanced. Texts: ascii, latin1, japanese (ISO 2022 IR 87), korean (ISO 2022 IR 149), utf8."""
import json, os, sys
import numpy as np, pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import generate_uid

NAMES = {
    'ascii': (None, 'Doe^Jane'),
    'latin1': ('ISO_IR 100', 'M\u00fcller^J\u00f6rg'),
    'japanese': (['', 'ISO 2022 IR 87'], 'Yamada^Tarou=\u5c71\u7530^\u592a\u90ce=\u3084\u307e\u3060^\u305f\u308d\u3046'),
    'korean': (['', 'ISO 2022 IR 149'], 'Hong^Gildong=\u6d2a^\u5409\u6d1e=\ud64d^\uae38\ub3d9'),
    'utf8': ('ISO_IR 192', 'Wang^XiaoDong=\u738b^\u5c0f\u4e1c'),
}
CLASSES = {'CT': '1.2.840.10008.5.1.4.1.1.2', 'MR': '1.2.840.10008.5.1.4.1.1.4', 'PT': '1.2.840.10008.5.1.4.1.1.128'}
ENHANCED_CT = '1.2.840.10008.5.1.4.1.1.2.1'


def directions(geometry):
    row, column = np.array([1., 0, 0]), np.array([0, 1., 0])
    if geometry == 'sagittal':
        row, column = np.array([0, 1., 0]), np.array([0, 0, -1.])
    if geometry == 'coronal':
        row, column = np.array([1., 0, 0]), np.array([0, 0, -1.])
    if geometry == 'oblique':
        t, u = np.deg2rad(17.3), np.deg2rad(-9.1)
        turn = np.array([[1, 0, 0], [0, np.cos(t), -np.sin(t)], [0, np.sin(t), np.cos(t)]])
        turn = turn @ np.array([[np.cos(u), -np.sin(u), 0], [np.sin(u), np.cos(u), 0], [0, 0, 1]])
        row, column = turn @ row, turn @ column
    if geometry == 'tilt':
        t = np.deg2rad(15)
        column = np.array([0, np.cos(t), np.sin(t)])
    return row, column


def common(spec, study, frame):
    d = Dataset()
    charset, name = NAMES[spec['text']]
    if charset is not None:
        d.SpecificCharacterSet = charset
    d.PatientName = name
    d.PatientID, d.PatientBirthDate, d.PatientSex = 'PID1', '19700101', 'F'
    d.IssuerOfPatientID, d.PatientAge, d.PatientWeight = 'HOSP', '056Y', '70'
    d.StudyInstanceUID, d.StudyDate, d.StudyTime, d.StudyID = study, '20260101', '101112.123456', 'S1'
    d.AccessionNumber, d.ReferringPhysicianName = 'A1', 'Ref^Doc'
    d.StudyDescription = '<img src=x onerror=alert(1)>'
    d.SeriesNumber, d.SeriesDescription = '3', 'source'
    d.Manufacturer, d.ManufacturerModelName, d.DeviceSerialNumber, d.SoftwareVersions = 'Synth', 'S1', '12', '1.0'
    d.PatientIdentityRemoved, d.DeidentificationMethod = 'YES', 'synthetic'
    d.ClinicalTrialSponsorName, d.ClinicalTrialProtocolID, d.ClinicalTrialSubjectID = 'Sponsor', 'P1', 'S1'
    d.ClinicalTrialProtocolName = d.ClinicalTrialSiteID = d.ClinicalTrialSiteName = ''
    d.FrameOfReferenceUID, d.PositionReferenceIndicator = frame, ''
    d.Modality = spec['modality']
    d.Rows, d.Columns = spec['rows'], spec['columns']
    d.SamplesPerPixel, d.PhotometricInterpretation = 1, 'MONOCHROME2'
    d.BitsAllocated, d.BitsStored, d.HighBit, d.PixelRepresentation = 16, 16, 15, 1
    return d


def save(d, path, sop_class):
    meta = FileMetaDataset()
    d.SOPClassUID = meta.MediaStorageSOPClassUID = sop_class
    d.SOPInstanceUID = meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = '1.2.840.10008.1.2.1'
    d.file_meta = meta
    d.is_little_endian, d.is_implicit_VR = True, False
    d.save_as(path, write_like_original=False)


def item(**values):
    d = Dataset()
    for key, value in values.items():
        setattr(d, key, value)
    return d


for spec in json.load(open(sys.argv[1])):
    os.makedirs(spec['folder'], exist_ok=True)
    geometry, n = spec['geometry'], spec['slices']
    row, column = directions(geometry)
    normal = np.cross(row, column)
    step = np.array([0, 0, 2.5]) if geometry == 'tilt' else normal * 2.5
    offsets = np.arange(n, dtype=float)
    if geometry == 'uneven':
        offsets[n // 2:] += 0.6
    if geometry == 'descending':
        offsets = offsets[::-1]
    origin = np.array([-120.123456, -95.5, -300.25])
    orientation = ['%.10f' % v for v in np.r_[row, column]]
    positions = [['%.8f' % v for v in origin + step * o] for o in offsets]
    series, study, frame = generate_uid(), generate_uid(), generate_uid()
    yy, xx = np.mgrid[0:spec['rows'], 0:spec['columns']]
    pixels = [((xx * 3 + yy * 5 + k * 7) % 400).astype('<i2') for k in range(n)]
    if geometry == 'enhanced':
        d = common(spec, study, frame)
        d.SeriesInstanceUID, d.InstanceNumber, d.NumberOfFrames = series, '1', n
        shared = Dataset()
        shared.PixelMeasuresSequence = [item(PixelSpacing=['0.9', '0.7'], SliceThickness='2.5')]
        shared.PlaneOrientationSequence = [item(ImageOrientationPatient=orientation)]
        shared.PixelValueTransformationSequence = [item(RescaleSlope='1', RescaleIntercept='-100', RescaleType='HU')]
        d.SharedFunctionalGroupsSequence = [shared]
        # Frames lie in the file in another order than in space.
        order = list(range(1, n, 2)) + list(range(0, n, 2))
        d.PerFrameFunctionalGroupsSequence = [
            item(PlanePositionSequence=[item(ImagePositionPatient=positions[k])],
                 FrameContentSequence=[item(DimensionIndexValues=[k + 1])]) for k in order]
        d.PixelData = b''.join(pixels[k].tobytes() for k in order)
        d['PixelData'].VR = 'OW'
        save(d, os.path.join(spec['folder'], 'enhanced.dcm'), ENHANCED_CT)
        continue
    for k in range(n):
        d = common(spec, study, frame)
        d.SeriesInstanceUID, d.InstanceNumber = series, str(k + 1)
        d.SliceThickness, d.PixelSpacing = '2.5', ['0.9', '0.7']
        d.ImagePositionPatient, d.ImageOrientationPatient = positions[k], orientation
        if spec['modality'] != 'MR':
            d.RescaleSlope = spec.get('slope', '1.5' if spec['modality'] == 'PT' else '1')
            d.RescaleIntercept = '0'
        raw = pixels[k].tobytes()
        d.PixelData = raw + b'\0' * (len(raw) % 2)
        d['PixelData'].VR = 'OW'
        # Names that do not sort like positions.
        save(d, os.path.join(spec['folder'], '%08x.dcm' % ((k * 2654435761) % 2**32)), CLASSES[spec['modality']])
