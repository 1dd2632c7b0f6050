/**
 * @file What the active method is asked to do: its parameters, where it works, and everything that a person has drawn or
 * chosen for it.
 */
import type { Region, UpdateRequest } from '../../method/contract';
import { NO_PROMPTS } from '../../method/prompts';
import type { MethodOffer } from '../../method/registry';
import type { ActiveMethod } from '../../ui/panel-model';
import type { ActiveSeries } from '../active-series';
import type { SegmentMasks } from '../segment-masks';
import type { ControllerParts } from './parts';
import { segmentInput } from './segment-input';

export interface MethodRequest extends UpdateRequest<ActiveMethod['values']> {
  readonly region: Extract<Region, { kind: 'volume' | 'slice' }>;
}

/** Throws what keeps the method from running, for a person to read. */
export async function buildRequest(
  parts: ControllerParts,
  masks: SegmentMasks,
  offer: MethodOffer,
  { values, region }: ActiveMethod,
  current: ActiveSeries
): Promise<MethodRequest> {
  return {
    ...(await segmentInput(parts, masks, offer, current, NO_PROMPTS)),
    parameters: values,
    region: parts.follower.region(region, current),
  };
}
