/**
 * @file What page and worker say to each other. Plain data only; errors travel as values, so that their code survives.
 */
import { Geometry, type GeometryOptions } from '../volume/geometry';
import type { ImageVolume, VoxelArray } from '../volume/image-volume';
import type { MethodResult, UpdateContext, UpdateRequest } from '../method/contract';
import type { Outcome } from './outcome';

/** An ImageVolume without its class: geometry as options. */
export interface ChannelMessage {
  readonly geometry: GeometryOptions;
  readonly voxels: VoxelArray;
  readonly modality: string;
  readonly unit: string;
  readonly isInverted?: boolean;
}

/** The interface that a method worker exposes. A worker holds one session at a time. */
export interface MethodWorkerApi {
  open(methodId: string, channels: readonly ChannelMessage[]): Promise<Outcome<null>>;
  update(
    updateId: number,
    request: UpdateRequest<unknown>,
    context: Pick<UpdateContext, 'quality' | 'showsSteps'>,
    /** {@link Progress} comes through it; closed with the answer. */
    progress: MessagePort
  ): Promise<Outcome<MethodResult>>;
  /** Reaches a session that yields; a kernel that does not is ended with its worker. */
  cancel(updateId: number): Promise<void>;
}

export function toChannelMessage(channel: ImageVolume): ChannelMessage {
  return { ...channel, geometry: channel.geometry.toOptions() };
}

export function fromChannelMessage(message: ChannelMessage): ImageVolume {
  return { ...message, geometry: new Geometry(message.geometry) };
}
