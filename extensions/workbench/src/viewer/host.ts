/**
 * @file The part of OHIF that Cordon uses, typed by hand: the published @ohif packages carry no declarations. Narrow on
 * purpose — what is not here is not used.
 */
import type { ReactElement } from 'react';

export interface Subscription {
  unsubscribe(): void;
}

interface PubSub<Events> {
  readonly EVENTS: Readonly<Record<keyof Events, string>>;
  subscribe(event: string, listener: (detail: never) => void): Subscription;
}

/** One DICOM instance with attributes by keyword, as the host keeps it. */
export interface NaturalInstance {
  readonly SOPInstanceUID: string;
  readonly SOPClassUID: string;
  readonly StudyInstanceUID: string;
  readonly SeriesInstanceUID: string;
  readonly FrameOfReferenceUID?: string;
  readonly Modality?: string;
  readonly PatientID?: string;
  readonly SeriesDescription?: string;
  readonly SeriesNumber?: number | string;
  readonly SeriesDate?: string;
  readonly InstanceNumber?: number | string;
  readonly BodyPartExamined?: string;
  readonly Rows?: number;
  readonly Columns?: number;
  readonly PixelSpacing?: readonly number[];
  readonly NumberOfFrames?: number | string;
  readonly ProtocolName?: string;
  readonly ContrastBolusAgent?: string;
  readonly EchoTime?: number;
  readonly RepetitionTime?: number;
  readonly InversionTime?: number;
  readonly ReferencedSeriesSequence?:
    { readonly SeriesInstanceUID?: string } | readonly { readonly SeriesInstanceUID?: string }[];
  readonly SharedFunctionalGroupsSequence?: object;
  readonly wadoRoot?: string;
  readonly wadoUriRoot?: string;
  readonly wadoUri?: string;
}

export interface DisplaySet {
  readonly displaySetInstanceUID: string;
  readonly SeriesInstanceUID: string;
  readonly StudyInstanceUID: string;
  readonly SOPInstanceUID?: string;
  readonly Modality: string;
  readonly SeriesDescription?: string;
  readonly SeriesNumber?: number | string;
  readonly isOverlayDisplaySet?: boolean;
  readonly isReconstructable?: boolean;
  readonly isDynamicVolume?: boolean;
  readonly FrameOfReferenceUID?: string;
  readonly imageIds?: readonly string[];
  readonly instances?: readonly NaturalInstance[];
  readonly instance?: NaturalInstance;
}

export interface DisplaySetService extends PubSub<{ DISPLAY_SETS_ADDED: 0 }> {
  getDisplaySetByUID(uid: string): DisplaySet | undefined;
  getActiveDisplaySets(): readonly DisplaySet[];
  getDisplaySetsForReferences(references: unknown): readonly DisplaySet[];
}

export interface GridViewport {
  readonly viewportId: string;
  readonly displaySetInstanceUIDs?: readonly string[];
}

export interface ViewportGridService extends PubSub<{
  ACTIVE_VIEWPORT_ID_CHANGED: 0;
  GRID_STATE_CHANGED: 0;
  VIEWPORTS_READY: 0;
}> {
  getActiveViewportId(): string | null;
  setActiveViewportId(viewportId: string): void;
  getState(): { readonly viewports: ReadonlyMap<string, GridViewport> };
}

export interface HostSegment {
  readonly segmentIndex: number;
  readonly label: string;
  readonly locked?: boolean;
  readonly active?: boolean;
}

export interface HostSegmentation {
  readonly segmentationId: string;
  readonly label: string;
  readonly segments: Readonly<Record<string, HostSegment | undefined>>;
  readonly representationData: { readonly Labelmap?: object };
}

export interface SegmentConfig {
  readonly segmentIndex?: number;
  readonly label?: string;
  readonly color?: readonly [number, number, number, number];
}

export interface SegmentationService extends PubSub<{
  SEGMENTATION_MODIFIED: 0;
  SEGMENTATION_ADDED: 0;
  SEGMENTATION_REMOVED: 0;
  SEGMENTATION_DATA_MODIFIED: 0;
  SEGMENTATION_REPRESENTATION_MODIFIED: 0;
  SEGMENTATION_REPRESENTATION_REMOVED: 0;
  SEGMENTATION_LOADING_COMPLETE: 0;
}> {
  getSegmentation(segmentationId: string): HostSegmentation | undefined;
  getSegmentations(): readonly HostSegmentation[];
  getActiveSegmentation(viewportId: string): HostSegmentation | null;
  getSegmentationRepresentations(
    viewportId: string,
    specifier?: { readonly segmentationId?: string }
  ): readonly { readonly segmentationId: string; readonly type: string }[];
  getViewportIdsWithSegmentation(segmentationId: string): readonly string[];
  addSegmentationRepresentation(
    viewportId: string,
    specifier: { readonly segmentationId: string; readonly type?: string }
  ): Promise<void>;
  addSegment(segmentationId: string, config: SegmentConfig): void;
  setActiveSegment(segmentationId: string, segmentIndex: number): void;
  setSegmentLocked(segmentationId: string, segmentIndex: number, locked: boolean): void;
  setSegmentLabel(segmentationId: string, segmentIndex: number, label: string): void;
  setSegmentColor(
    viewportId: string,
    segmentationId: string,
    segmentIndex: number,
    color: readonly [number, number, number, number]
  ): void;
  getSegmentColor(
    viewportId: string,
    segmentationId: string,
    segmentIndex: number
  ): readonly number[] | undefined;
  createSegmentationForSEGDisplaySet(displaySet: object): Promise<string>;
  /** Tells all who have subscribed to `event`. */
  _broadcastEvent(event: string, detail: { readonly segmentationId: string }): void;
}

export interface CornerstoneViewportService {
  getCornerstoneViewport(viewportId: string): object | null;
}

export interface Notification {
  readonly title: string;
  readonly message: string;
  readonly type: 'info' | 'warning' | 'error' | 'success';
  readonly duration?: number;
}

export interface UiNotificationService {
  /** The id of the notification; null while the user interface is not there yet. */
  show(notification: Notification): unknown;
}

export interface ToolbarService {
  readonly sections: Readonly<Record<string, string>>;
  readonly state: { readonly buttonSections: Record<string, string[] | undefined> };
  updateSection(section: string, buttons: readonly string[]): void;
  /** Known ids are kept unless `replace` is set. */
  register(buttons: readonly ToolbarButton[], replace?: boolean): void;
  /** Evaluates all buttons again. */
  refreshToolbarState(situation: { readonly viewportId: string | undefined }): void;
}

/** A button of ours; what `evaluate` gives becomes properties of its component. */
export interface ToolbarButton {
  readonly id: string;
  /** Name of a toolbar module entry. */
  readonly uiType: string;
  readonly props: { readonly evaluate: () => object };
}

export interface ToolbarModuleEntry {
  readonly name: string;
  /** Rendered by the host's React: it must not use hooks. */
  readonly defaultComponent: (props: never) => ReactElement | null;
}

export interface PanelService {
  activatePanel(panelId: string, force?: boolean): void;
}

export interface CustomizationService {
  getCustomization(id: string): unknown;
  /** Changes customizations for this visit to the mode, by commands such as `$push`. */
  setCustomizations(changes: Readonly<Record<string, object>>): void;
}

export interface UserAuthenticationService {
  getAuthorizationHeader(): { readonly Authorization?: string } | undefined;
  /** The person who has logged in; nothing where nobody does. */
  getUser?(): { readonly profile?: { readonly sub?: string } } | null | undefined;
}

export interface HostServices {
  readonly displaySetService: DisplaySetService;
  readonly viewportGridService: ViewportGridService;
  readonly segmentationService: SegmentationService;
  readonly cornerstoneViewportService: CornerstoneViewportService;
  readonly uiNotificationService: UiNotificationService;
  readonly toolbarService: ToolbarService;
  readonly panelService: PanelService;
  readonly customizationService: CustomizationService;
  readonly userAuthenticationService: UserAuthenticationService;
}

export interface ServiceRegistration<Service> {
  readonly name: string;
  create(): Service;
}

export interface ServicesManager {
  readonly services: HostServices;
  registerService(registration: ServiceRegistration<object>): void;
}

export interface CommandDefinition {
  readonly commandFn: (options: never) => unknown;
  readonly options?: object;
}

export interface CommandsManager {
  run(command: string, options?: object): unknown;
  runCommand(command: string, options?: object, context?: string): unknown;
  getCommand(command: string, context?: string): CommandDefinition | undefined;
  registerCommand(context: string, command: string, definition: CommandDefinition): void;
  getContext(context: string): object | undefined;
  createContext(context: string): void;
}

export interface DataSourceConfiguration {
  readonly name?: string;
  readonly wadoRoot?: string;
  readonly stowRoot?: string;
  readonly qidoRoot?: string;
}

export interface DataSource {
  getConfig?(): DataSourceConfiguration;
  /** Forgets what it has read of a study. */
  deleteStudyMetadataPromise?(key: string): void;
  readonly retrieve?: {
    readonly series?: {
      metadata?(wanted: {
        readonly StudyInstanceUID: string;
        readonly filters?: { readonly seriesInstanceUID: readonly string[] };
      }): Promise<unknown>;
    };
  };
  getImageIdsForDisplaySet?(displaySet: DisplaySet): readonly string[];
}

export interface PanelComponentProps {
  readonly servicesManager?: ServicesManager;
}

export interface ModuleEntry {
  readonly name: string;
  readonly component?: (props: object) => ReactElement | null;
}

export interface ExtensionManager {
  getModuleEntry(id: string): ModuleEntry | undefined;
  getActiveDataSource(): readonly DataSource[] | undefined;
  registerExtension(extension: object, configuration?: object): Promise<void>;
  getRegisteredExtensionIds(): readonly string[];
}

/** What the host hands to each hook and module of an extension. */
export interface ExtensionContext {
  readonly servicesManager: ServicesManager;
  readonly commandsManager: CommandsManager;
  readonly extensionManager: ExtensionManager;
  readonly configuration?: object;
}

export interface CommandsModule {
  readonly actions: object;
  readonly definitions: Readonly<Record<string, CommandDefinition['commandFn']>>;
  readonly defaultContext: string;
}

export interface PanelModuleEntry {
  readonly name: string;
  readonly iconName: string;
  readonly iconLabel: string;
  readonly label: string;
  readonly component: (props: object) => ReactElement | null;
}

export interface SopClassHandlerEntry {
  readonly name: string;
  readonly sopClassUids: readonly string[];
  getDisplaySetsFromSeries(instances: readonly NaturalInstance[]): readonly DisplaySet[];
}

/** The chunk behind a light extension object: everything is optional, as in the host's own contract. */
export interface ExtensionImplementation {
  preRegistration?(context: ExtensionContext): void | Promise<void>;
  onModeEnter?(context: ExtensionContext): void;
  onModeExit?(context: ExtensionContext): void;
  getCommandsModule?(context: ExtensionContext): CommandsModule | undefined;
  getToolbarModule?(context: ExtensionContext): readonly ToolbarModuleEntry[];
  getPanelModule?(context: ExtensionContext): readonly PanelModuleEntry[];
  getSopClassHandlerModule?(context: ExtensionContext): readonly SopClassHandlerEntry[];
  getCustomizationModule?(context: ExtensionContext): readonly { name: string; value: object }[];
}
