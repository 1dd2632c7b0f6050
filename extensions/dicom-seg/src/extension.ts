/** @file The OHIF extension object of @cordon/extension-dicom-seg: light, its parts are loaded on registration. */
import { softExtension } from '@cordon/extension-workbench/viewer/soft-extension';

export default softExtension('@cordon/extension-dicom-seg', async () => {
  const { dicomSegExtension } = await import('./viewer/impl');
  return dicomSegExtension;
});
