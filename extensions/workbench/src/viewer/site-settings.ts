/**
 * @file What a site decides in the viewer's app-config.js: `window.config = { …, cordon: { keepUnsavedWork: false } }`.
 */
import { z } from 'zod';

const schema = z.object({
  /** False: nothing of a patient is ever stored on the computer, and unsaved work is lost with the page. */
  keepUnsavedWork: z.boolean().default(true),
  /** Folders with an index.json like the one beside the plugin: the site's own models. Relative to the page. */
  modelCatalogs: z.array(z.string()).default([]),
});

export type SiteSettings = z.output<typeof schema>;

/** The settings; defaults where the site says nothing. What it says wrongly throws, so that it is not overlooked. */
export function siteSettings(): SiteSettings {
  const { config } = window as { readonly config?: { readonly cordon?: unknown } };
  return schema.parse(config?.cordon ?? {});
}
