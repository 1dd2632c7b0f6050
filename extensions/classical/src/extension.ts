/** @file The OHIF extension object of @cordon/extension-classical: light, its parts are loaded on registration. */
import { softExtension } from '@cordon/extension-workbench/viewer/soft-extension';

export default softExtension('@cordon/extension-classical', async () => {
  const { classicalExtension } = await import('./viewer/impl');
  return classicalExtension;
});
