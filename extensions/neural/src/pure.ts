/** @file Neural segmentation without a viewer and without a runtime: catalog, pipeline, and a network as a method. */
export * from './catalog/catalog';
export * from './catalog/manifest';
export * from './catalog/model-files';
export * from './catalog/check-graph';
export type { GraphSummary, GraphValue } from './catalog/read-graph';
export * from './methods/neural-method';
export type { EngineRoom } from './engine/engine-room';
export type { Runtime, Provider } from './engine/network';
