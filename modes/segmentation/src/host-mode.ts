/**
 * @file The part of OHIF's segmentation mode that ours is derived from, typed by hand.
 */
import type { ExtensionContext } from '@cordon/extension-workbench/viewer';

export interface LayoutViewport {
  readonly namespace: string;
  readonly displaySetsToDisplay: readonly string[];
}

export interface Layout {
  readonly id: string;
  readonly props: {
    readonly leftPanels: readonly string[];
    readonly rightPanels: readonly string[];
    readonly viewports: readonly LayoutViewport[];
  };
}

export interface HostMode {
  readonly id: string;
  readonly routeName: string;
  readonly displayName: string;
  readonly sopClassHandlers: readonly string[];
  readonly extensions: object;
  readonly routes: readonly { readonly path: string; readonly layoutInstance: Layout }[];
  onModeEnter(context: ExtensionContext): void;
  onModeExit(context: ExtensionContext): void;
}

export interface ModeFactoryContext {
  loadModules(names: readonly string[]): Promise<readonly { readonly modeInstance: HostMode }[]>;
}
