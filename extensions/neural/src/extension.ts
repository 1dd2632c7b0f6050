/** @file The OHIF extension object of @cordon/extension-neural: light, its parts are loaded on registration. */
import { softExtension } from '@cordon/extension-workbench/viewer/soft-extension';

export default softExtension('@cordon/extension-neural', async () => {
  const { neuralExtension } = await import('./viewer/impl');
  return neuralExtension;
});
