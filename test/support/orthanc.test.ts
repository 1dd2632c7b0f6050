import { describeWithOrthanc, startOrthanc } from './orthanc';

describeWithOrthanc('startOrthanc', () => {
  it('serves an empty DICOMweb archive on loopback and ends when stopped', async () => {
    const orthanc = await startOrthanc();
    expect(await orthanc.countInstances()).toBe(0);
    const studies = await fetch(`${orthanc.dicomWebUrl}/studies`);
    expect(await studies.json()).toEqual([]);
    await orthanc.stop();
    await expect(fetch(orthanc.restUrl)).rejects.toThrow();
  });
});
