/**
 * @file What the active method is asked to do: its parameters, where it works, and everything that a person has drawn or
 * chosen for it.
 */
import type { Region, UpdateRequest } from '../../method/contract';
import type { MethodOffer } from '../../method/registry';
import { boxAround, boxAroundVoxels } from '../../prompts/box-around';
import { toPrompts, type PromptSet } from '../../prompts/prompt-set';
import type { ActiveMethod } from '../../ui/panel-model';
import type { ActiveSeries } from '../active-series';
import type { SegmentMasks } from '../segment-masks';
import type { ControllerParts } from './parts';
import { segmentInput } from './segment-input';

export interface MethodRequest extends UpdateRequest<ActiveMethod['values']> {
  readonly region: Region;
}

/** Throws what keeps the method from running, for a person to read. `set` is what is drawn, unless it is given. */
export async function buildRequest(
  parts: ControllerParts,
  masks: SegmentMasks,
  offer: MethodOffer,
  { values, region }: ActiveMethod,
  current: ActiveSeries,
  set: PromptSet = parts.desk.book.of(current.series.displaySetUid)
): Promise<MethodRequest> {
  const { prompts, sphereParameter } = offer.method.inputs;
  const { geometry } = current.series;
  const drawn = toPrompts(set, prompts);
  const input = await segmentInput(parts, masks, offer, current, drawn);
  const hasSphere = sphereParameter !== undefined && set.radiusMm !== undefined;
  const regionNow = (): Region => {
    // A path lies in the slice in which it was begun, whatever is shown now.
    if (prompts.includes('path') && set.pathSlice) return { kind: 'slice', ...set.pathSlice };
    if (region !== 'box') return parts.follower.region(region, current);
    if (set.box) return { kind: 'box', box: set.box };
    const box = input.segment ? boxAroundVoxels(input.segment, geometry) : boxAround(set, geometry);
    return { kind: 'box', box };
  };
  return {
    ...input,
    parameters: hasSphere ? { ...values, [sphereParameter]: set.radiusMm } : values,
    region: regionNow(),
  };
}
