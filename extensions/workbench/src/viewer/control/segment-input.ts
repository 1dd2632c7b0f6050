/**
 * @file The segment that a method works on, and the second one that it is combined with, as parts of a request.
 */
import { CordonError } from '../../errors/cordon-error';
import type { UpdateRequest } from '../../method/contract';
import type { Prompts } from '../../method/prompts';
import type { MethodOffer } from '../../method/registry';
import type { ActiveSeries } from '../active-series';
import { voxelsOf, type SegmentAddress, type SegmentMasks } from '../segment-masks';
import type { ControllerParts } from './parts';

/** True for a method that takes the voxels of a second segment as scribbles. */
export const combines = ({ method: { group, inputs } }: MethodOffer): boolean =>
  group === 'combine' && inputs.segment === 'required' && inputs.prompts.includes('scribbles');

/**
 * The target segment, where the method works on one. A method that may also start without one gets it only when it has
 * voxels and nothing was drawn: what was drawn last is what is meant.
 */
export async function segmentInput(
  { store, segmentations }: ControllerParts,
  masks: SegmentMasks,
  offer: MethodOffer,
  { viewportId, series }: ActiveSeries,
  prompts: Prompts
): Promise<Pick<UpdateRequest<unknown>, 'segment' | 'prompts'>> {
  const wanted = offer.method.inputs.segment;
  const { targetSegment, active } = store.state;
  const segmentation = segmentations.active(viewportId, series);
  if (wanted === 'none' || targetSegment === undefined || !segmentation) return { prompts };
  const address = (number: number): SegmentAddress => ({
    segmentationId: segmentation.segmentationId,
    number,
    series,
  });
  if (wanted === 'optional' && isDrawn(prompts)) return { prompts };
  const other = combines(offer) ? active?.otherSegment : undefined;
  if (other === targetSegment) throw sameSegment();
  // The second one is read first: the masks keep the last, and that is the one a slider needs again.
  const scribbles =
    other === undefined
      ? prompts.scribbles
      : [
          ...prompts.scribbles,
          { label: 1, voxels: await voxelsOf(await masks.read(address(other))) },
        ];
  const mask = await masks.read(address(targetSegment));
  if (wanted === 'optional' && mask.isEmpty) return { prompts };
  return { prompts: { ...prompts, scribbles }, segment: mask.voxels };
}

const isDrawn = ({ seeds, scribbles, box, path }: Prompts) =>
  seeds.length > 0 || scribbles.length > 0 || box !== undefined || path !== undefined;

const sameSegment = () =>
  new CordonError({
    code: 'SAME_SEGMENT',
    what: 'A segment cannot be combined with itself',
    why: 'the same segment is chosen twice',
    remedy: 'choose another segment under "With"',
  });
