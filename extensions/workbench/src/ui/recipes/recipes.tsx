/** @file How each segment was made: the steps with their parameters, to copy and to run again. */
import { useCallback, useState, useSyncExternalStore } from 'react';
import type { RecipeStep } from '../../method/recipe';
import { formatMeasure } from '../i18n/numbers';
import { Button } from '../kit/button';
import { useLanguage, useMethodText, type Translate } from '../panel-context';
import { SegmentMark } from '../panel/segment-mark';
import type { MadeSegment, MadeStep, RecipesModel } from './recipes-model';

export interface RecipesProps {
  readonly model: RecipesModel;
}

export function Recipes({ model }: RecipesProps) {
  const { t } = useLanguage();
  const segments = useSyncExternalStore(
    useCallback((listener) => model.subscribe(listener), [model]),
    () => model.getState()
  );
  const [failed, setFailed] = useState(false);
  const paste = () => {
    navigator.clipboard.readText().then(
      (text) => {
        setFailed(false);
        model.apply(text);
      },
      () => {
        setFailed(true);
      }
    );
  };
  return (
    <div data-cy="cordon-recipes">
      {segments.map((segment) => (
        <Made key={segment.number} segment={segment} model={model} />
      ))}
      <Button className="mt-1" onClick={paste}>
        {t('recipes.paste')}
      </Button>
      {failed ? (
        <p role="status" className="text-sm">
          {t('measures.copyFailed')}
        </p>
      ) : null}
    </div>
  );
}

function Made({ segment, model }: { readonly segment: MadeSegment; readonly model: RecipesModel }) {
  const { t } = useLanguage();
  const [isCopied, setCopied] = useState(false);
  const { label, colour, steps, handEdited, recipe } = segment;
  const text = recipe && JSON.stringify(recipe, null, 2);
  return (
    <details className="text-base">
      <summary className="cordon-focus hover:bg-primary/10 flex cursor-pointer items-center gap-1.5 rounded px-1">
        <SegmentMark colour={colour} />
        <span className="min-w-0 flex-1 truncate" dir="auto">
          {label}
        </span>
        <span className="text-muted-foreground text-sm">{t(`recipes.types.${segment.type}`)}</span>
      </summary>
      <div className="px-1 pb-1 text-sm">
        {steps.length === 0 ? (
          <p className="text-muted-foreground">{t('recipes.byHand')}</p>
        ) : (
          <ol>
            {steps.map((made, at) => (
              <li key={at}>
                <Step made={made} at={at} />
              </li>
            ))}
          </ol>
        )}
        {handEdited ? <p>{t('recipes.handEdited')}</p> : null}
        {text === undefined ? null : (
          <div className="mt-1 flex gap-1">
            <Button
              className="flex-1"
              onClick={() => {
                navigator.clipboard.writeText(text).then(
                  () => {
                    setCopied(true);
                  },
                  () => {
                    setCopied(false);
                  }
                );
              }}
            >
              <span role="status">{t(isCopied ? 'measures.copied' : 'recipes.copy')}</span>
            </Button>
            <Button
              className="flex-1"
              onClick={() => {
                model.apply(text);
              }}
            >
              {t('recipes.apply')}
            </Button>
          </div>
        )}
      </div>
    </details>
  );
}

function Step({ made, at }: { readonly made: MadeStep; readonly at: number }) {
  const { t, tag } = useLanguage();
  const methodText = useMethodText();
  const { step, title } = made;
  const parameters = Object.entries(step.parameters);
  const shown = (value: number | boolean | string) =>
    typeof value === 'number' ? formatMeasure(value, tag) : String(value);
  const details = [
    t(`form.regions.${step.region.kind}`),
    ...promptsOf(step, t),
    ...(step.writeRule && step.writeRule.area !== 'everywhere' ? [t('recipes.restricted')] : []),
  ];
  return (
    <div className="mt-1">
      <div className="text-foreground">
        {at + 1}. {methodText(step.method, 'title', title)}{' '}
        <span className="text-muted-foreground">{step.version}</span>
      </div>
      <div className="text-muted-foreground break-words">{details.join(' · ')}</div>
      <dl>
        {parameters.map(([name, value]) => (
          <div key={name} className="flex justify-between gap-2">
            <dt className="text-muted-foreground truncate">
              {methodText(step.method, `parameters.${name}.title`, name)}
            </dt>
            <dd className="break-words">{shown(value)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function promptsOf({ prompts }: RecipeStep, t: Translate): readonly string[] {
  const drawn = prompts.seeds.length + prompts.scribbles.length + (prompts.path ? 1 : 0);
  const others = prompts.box || prompts.range ? 1 : 0;
  return drawn + others > 0 ? [t('recipes.prompts', { count: drawn + others })] : [];
}
