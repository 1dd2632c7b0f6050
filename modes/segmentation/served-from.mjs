/**
 * Where the files of Cordon lie in a viewer that is built with its packages: OHIF's build copies each package's public folder to
 * the root of its site. Takes the place of `import.meta.url`, which a bundler would turn into a path of the machine it ran on.
 */
const page = globalThis.document?.baseURI ?? 'file:///';
export const servedFrom = new URL('plugins/cordon/', new URL(globalThis.PUBLIC_URL ?? '/', page))
  .href;
