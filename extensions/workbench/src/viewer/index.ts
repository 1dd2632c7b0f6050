/** @file What other extensions use of the viewer side of the workbench. */
export type * from './host';
export { CordonWorkbench, SERVICE_NAME } from './service';
export type { MethodButton } from './toolbox';
export { workbenchOf } from './workbench-of';
export { offerText } from './offer-text';
export { siteSettings } from './site-settings';
export { addLayersOnArrival, type ArrivingLayers } from './layers';
export { Labelmap, type LabelmapLayer } from './labelmap';
export { Pace } from './pace';
export { notify, notifyError } from './notify';
export type { KeptProbabilities } from './probability-shelf';
export type { SegmentRecord } from './segment-book';
export type { SegmentationCopy } from './segmentations';
export { readSourceSeries, type SourcePlane, type SourceSeries } from './source-series';
export { recipeOf } from './segment-book';
