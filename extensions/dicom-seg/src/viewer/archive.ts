/**
 * @file The archive that the viewer is connected to: its DICOMweb roots, the user's token, and how the viewer learns
 * that something new is in a study.
 */
import { CordonError } from '@cordon/extension-workbench/pure';
import type {
  DataSource,
  ExtensionManager,
  HostServices,
} from '@cordon/extension-workbench/viewer';
import type { DicomWebStore } from '../store/dicom-web-store';

export class Archive {
  readonly #extensions: ExtensionManager;
  readonly #services: HostServices;

  constructor(extensions: ExtensionManager, services: HostServices) {
    this.#extensions = extensions;
    this.#services = services;
  }

  /** Where objects are stored (STOW-RS). Throws `ARCHIVE_NOT_DICOMWEB` when the viewer's data source names no address. */
  get forStoring(): DicomWebStore {
    const { stowRoot, wadoRoot } = this.#configuration;
    return this.#store(stowRoot ?? wadoRoot);
  }

  /** Where objects are fetched (WADO-RS). Throws as {@link forStoring}. */
  get forReading(): DicomWebStore {
    return this.#store(this.#configuration.wadoRoot);
  }

  /**
   * Lists a series that was just stored, as the archive describes it. The viewer keeps what it has read of a study
   * under the archive's name and the study's UID; it must forget that before, and the partial reading after.
   */
  async announce(studyUid: string, seriesUid: string): Promise<void> {
    const source = this.#source;
    const forget = () => {
      source?.deleteStudyMetadataPromise?.(studyUid);
      source?.deleteStudyMetadataPromise?.(`${this.#configuration.name}:${studyUid}`);
    };
    forget();
    try {
      await source?.retrieve?.series?.metadata?.({
        StudyInstanceUID: studyUid,
        filters: { seriesInstanceUID: [seriesUid] },
      });
    } finally {
      forget();
    }
  }

  get #source(): DataSource | undefined {
    return this.#extensions.getActiveDataSource()?.[0];
  }

  get #configuration() {
    return this.#source?.getConfig?.() ?? {};
  }

  #store(root: string | undefined): DicomWebStore {
    if (!root) throw notDicomWeb();
    return {
      url: new URL(root, window.location.href).href,
      headers: () => ({ ...this.#services.userAuthenticationService.getAuthorizationHeader() }),
    };
  }
}

const notDicomWeb = () =>
  new CordonError({
    code: 'ARCHIVE_NOT_DICOMWEB',
    what: 'This study does not come from a DICOMweb archive',
    why: 'the data source of the viewer names no DICOMweb address',
    remedy: 'download the segmentation instead, or open the study from an archive',
  });
