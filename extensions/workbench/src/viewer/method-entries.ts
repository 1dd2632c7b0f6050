/**
 * @file The methods as the panel lists them, and one of them as the panel shows it.
 */
import { methodBroken } from '../method/broken-method';
import type { SegmentationMethod, ShownSeries } from '../method/contract';
import { parameterFields, type ParameterField } from '../method/parameter-fields';
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

/** A method as it begins on a series. */
export function activateMethod(
  methods: MethodRegistry,
  entry: MethodEntry,
  series: ShownSeries = UNKNOWN
): ActiveMethod {
  const offer = methods.get(entry.id);
  const { method } = offer;
  const { fields, values } = parametersOf(method, series);
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

/** The method in use on a series of which more is known, or on another one: what nobody has changed begins anew. */
export function beginAnew(
  methods: MethodRegistry,
  active: ActiveMethod,
  series: ShownSeries = UNKNOWN
): ActiveMethod {
  const { fields, values } = parametersOf(methods.get(active.entry.id).method, series);
  const begun = startingValues(active);
  const changed = Object.entries(active.values).filter(([name, value]) => value !== begun[name]);
  return { ...active, fields, values: { ...values, ...Object.fromEntries(changed) } };
}

/** The parameters with which the method in use began. */
export const startingValues = ({ fields }: ActiveMethod): ActiveMethod['values'] =>
  Object.fromEntries(fields.map((field) => [field.name, field.default]));

/** Fields and first values of a method. Throws `METHOD_BROKEN` when its schema fails, as that of another vendor may. */
function parametersOf(
  method: SegmentationMethod,
  series: ShownSeries
): Pick<ActiveMethod, 'fields' | 'values'> {
  try {
    const begun = method.parameters.parse(method.viewerDefaults?.(series) ?? {});
    const values = begun as ActiveMethod['values'];
    const fields = parameterFields(method.parameters).map(
      (field) => ({ ...field, default: values[field.name] }) as ParameterField
    );
    return { fields, values };
  } catch (cause) {
    throw methodBroken(method.title, cause);
  }
}

/** While no series is open. */
const UNKNOWN: ShownSeries = { modality: '' };
