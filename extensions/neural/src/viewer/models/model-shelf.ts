/**
 * @file The models that the viewer offers, and where they come from. The page lists and checks them; only workers run them.
 */
import { toCordonError, type MethodOffer } from '@cordon/extension-workbench/pure';
import { notifyError } from '@cordon/extension-workbench/viewer/notify';
import {
  siteSettings,
  type CordonWorkbench,
  type HostServices,
} from '@cordon/extension-workbench/viewer';
import { acceptModel } from '../../catalog/accept-model';
import { addedModels, forgetModel, keepModel, readAdded } from '../../catalog/added-models';
import { inModelFolder, listModels, readManifest } from '../../catalog/catalog';
import { fetchFrom } from '../../catalog/fetch-files';
import type { Manifest } from '../../catalog/manifest';
import type { ReadModelFile } from '../../catalog/model-files';
import { neuralMethod } from '../../methods/neural-method';

export interface AddedEntry {
  readonly id: string;
  readonly title: string;
}

export class ModelShelf {
  readonly #workbench: CordonWorkbench;
  readonly #services: HostServices;
  readonly #listeners = new Set<() => void>();
  #added: readonly AddedEntry[] = [];

  constructor(workbench: CordonWorkbench, services: HostServices) {
    this.#workbench = workbench;
    this.#services = services;
  }

  /** Offers every model of a catalog; one bad model does not take the others with it. Their manifests. */
  async offerCatalog(catalogUrl: string, isShipped = true): Promise<readonly Manifest[]> {
    const read = fetchFrom(catalogUrl);
    const entries = await listModels(read);
    // All at once: the viewer opens after this.
    const manifests = await Promise.allSettled(entries.map((entry) => readManifest(entry, read)));
    const search = isShipped ? '' : `?models=${encodeURIComponent(catalogUrl)}`;
    const offered: Manifest[] = [];
    for (const [at, outcome] of manifests.entries()) {
      try {
        if (outcome.status === 'rejected') throw outcome.reason;
        const { id, manifestSha256 } = entries[at];
        this.#offer(outcome.value, manifestSha256, inModelFolder(read, id), search);
        offered.push(outcome.value);
      } catch (error) {
        this.#report(error);
      }
    }
    return offered;
  }

  /** Offers the catalogs that the site names in app-config.js. */
  async offerSiteCatalogs(): Promise<void> {
    for (const folder of siteSettings().modelCatalogs) {
      try {
        const address = new URL(folder.endsWith('/') ? folder : `${folder}/`, document.baseURI);
        await this.offerCatalog(address.href, false);
      } catch (error) {
        this.#report(error);
      }
    }
  }

  /** Offers what a person has added before. */
  async offerAdded(): Promise<void> {
    let ids: readonly string[];
    try {
      ids = await addedModels();
    } catch {
      return; // a browser that keeps nothing (private window) has nothing to offer
    }
    for (const id of ids) {
      try {
        await this.#offerOwn(readAdded(id));
      } catch (error) {
        this.#report(error);
        // Listed all the same: it takes space in this browser until it is removed.
        this.#setAdded([...this.#added, { id, title: id }]);
      }
    }
  }

  /** Takes in a model: checks it, keeps it, offers it. Throws what is wrong with it. */
  async add(read: ReadModelFile): Promise<AddedEntry> {
    const accepted = await acceptModel(read);
    const { id } = accepted.manifest.cordon;
    if (this.#added.some((entry) => entry.id === id)) this.#workbench.methods.unregister(id);
    const entry = this.#offerAccepted(accepted.manifest, accepted.manifestSha256, readAdded(id));
    await keepModel(accepted);
    return entry;
  }

  async remove(id: string): Promise<void> {
    await forgetModel(id);
    this.#workbench.methods.unregister(id);
    this.#setAdded(this.#added.filter((entry) => entry.id !== id));
  }

  /** The same list until it changes. */
  added(): readonly AddedEntry[] {
    return this.#added;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  async #offerOwn(read: ReadModelFile): Promise<void> {
    const { manifest, manifestSha256 } = await acceptModel(read);
    this.#offerAccepted(manifest, manifestSha256, read);
  }

  #offerAccepted(manifest: Manifest, manifestSha256: string, read: ReadModelFile): AddedEntry {
    this.#offer(manifest, manifestSha256, read, '?added');
    const { id, title } = manifest.cordon;
    const entry = { id, title };
    this.#setAdded([...this.#added.filter((other) => other.id !== id), entry]);
    return entry;
  }

  #offer(manifest: Manifest, manifestSha256: string, read: ReadModelFile, search: string): void {
    const offer: MethodOffer = {
      method: neuralMethod({
        manifest,
        manifestSha256,
        read,
        loadEngine: () => Promise.reject(new Error('networks run in their worker only')),
      }),
      // Found beside the plugin, never relative to the page.
      createWorker: () =>
        new Worker(new URL(`./neural.worker.js${search}`, import.meta.url), { type: 'module' }),
    };
    this.#workbench.registerMethod(offer);
  }

  #setAdded(added: readonly AddedEntry[]): void {
    this.#added = added;
    for (const listener of this.#listeners) listener();
  }

  #report(error: unknown): void {
    notifyError(this.#services.uiNotificationService, toCordonError(error));
  }
}
