/** @file The steps of a pipeline, each with its own parameters to open and change. */
import type { ParameterField } from '../../method/parameter-fields';
import { useLanguage, useMethodText } from '../panel-context';
import type { ActiveMethod, MethodEntry, ParameterValue, SeriesSummary } from '../panel-model';
import { valueOf } from './form-layout';
import { ParameterForm } from './parameter-form';

export interface PipelineStepsProps {
  readonly method: ActiveMethod;
  readonly methods: readonly MethodEntry[];
  readonly series?: SeriesSummary;
  readonly explained: boolean;
  readonly onChange: (name: string, value: ParameterValue) => void;
}

export function PipelineSteps({ method, methods, ...form }: PipelineStepsProps) {
  const { t } = useLanguage();
  const text = useMethodText();
  const { steps = [], fields, values } = method;
  return (
    <ol aria-label={t('pipeline.steps')} className="mb-2">
      {steps.map(({ name, title, methodId }, at) => {
        const own = fields
          .filter((field) => field.name.startsWith(`${name}.`))
          .map((field) => withoutStep(field, title));
        const isChanged = own.some((field) => valueOf(field, values) !== field.default);
        const original = methods.find(({ id }) => id === methodId)?.title ?? methodId;
        return (
          <li key={name}>
            <details className="mb-0.5 text-base">
              <summary className="cordon-focus text-foreground hover:bg-primary/10 cursor-pointer truncate rounded px-1">
                {`${at + 1}. ${title} `}
                <span className="text-muted-foreground text-sm">
                  {text(methodId, 'title', original)}
                  {isChanged ? ` · ${t('pipeline.changed')}` : ''}
                </span>
              </summary>
              <div className="px-2 py-1">
                <ParameterForm method={{ ...method, fields: own }} {...form} />
              </div>
            </details>
          </li>
        );
      })}
    </ol>
  );
}

/** A field of the pipeline as a field of its step: its title without the step's. */
function withoutStep(field: ParameterField, step: string): ParameterField {
  const { title } = field;
  const own = title.startsWith(`${step}: `) ? title.slice(step.length + 2) : title;
  return { ...field, title: own.charAt(0).toUpperCase() + own.slice(1) };
}
