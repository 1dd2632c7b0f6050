/**
 * @file The methods as the panel lists them, and one of them as the panel shows it.
 */
import { methodBroken } from '../method/broken-method';
import type { SegmentationMethod } from '../method/contract';
import { defaultParameters, parameterFields } from '../method/parameter-fields';
import type { MethodRegistry } from '../method/registry';
import type { ActiveMethod, MethodEntry } from '../ui/panel-model';
import type { ChannelDesk } from './channel-desk';
import { combines } from './control/segment-input';
import type { SourceSeries } from './source-series';

/** All methods, each with the reason when it does not fit the series. */
export function methodEntries(
  methods: MethodRegistry,
  channels: ChannelDesk,
  series: SourceSeries | undefined
): readonly MethodEntry[] {
  return methods.list().map(({ method }) => {
    const fit = series && channels.fitOf(method, series);
    return {
      id: method.id,
      title: method.title,
      summary: method.summary,
      family: method.family,
      group: method.group,
      ...(fit && !fit.fits ? { unfit: fit.reason } : {}),
    };
  });
}

/** A method at its defaults. */
export function activateMethod(methods: MethodRegistry, entry: MethodEntry): ActiveMethod {
  const offer = methods.get(entry.id);
  const { method } = offer;
  const { fields, values } = parametersOf(method);
  const { regions } = method.inputs;
  return {
    entry,
    fields,
    values,
    regions,
    region: regions[0] ?? 'volume',
    citation: method.citation,
    segmentInput: method.inputs.segment,
    combines: combines(offer),
    promptsWhen: method.inputs.promptsWhen,
    makesLabels: method.outputs.includes('labels'),
    labelsWhen: method.labelsWhen,
    steps: method.steps,
    ...(method.card && { card: method.card }),
  };
}

/** Fields and defaults of a method. Throws `METHOD_BROKEN` when its schema fails, as that of another vendor may. */
function parametersOf(method: SegmentationMethod): Pick<ActiveMethod, 'fields' | 'values'> {
  try {
    return {
      fields: parameterFields(method.parameters),
      values: defaultParameters(method.parameters) as ActiveMethod['values'],
    };
  } catch (cause) {
    throw methodBroken(method.title, cause);
  }
}

/** The parameters of a method at their defaults. */
export const defaultValues = (methods: MethodRegistry, id: string): ActiveMethod['values'] =>
  defaultParameters(methods.get(id).method.parameters) as ActiveMethod['values'];
