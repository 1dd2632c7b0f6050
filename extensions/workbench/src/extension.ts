/** @file The OHIF extension object of @cordon/extension-workbench: light, its parts are loaded on registration. */
import { softExtension } from './viewer/soft-extension';

export default softExtension('@cordon/extension-workbench', async () => {
  const { workbenchExtension } = await import('./viewer/impl');
  return workbenchExtension;
});
