/** @file The method in use: its form, where it works, where it writes, and its preview. */
import { useCallback, useState } from 'react';
import { IconButton } from '../kit/button';
import { BackIcon, HelpIcon, ResetIcon } from '../kit/icons';
import { Row } from '../kit/row';
import { Select } from '../kit/select';
import { useLanguage, useMethodText } from '../panel-context';
import type { ActiveMethod, PanelModel, PanelState, ParameterValue } from '../panel-model';
import { ChannelRows } from './channel-rows';
import { FirstUse } from './first-use';
import { MethodCard } from './method-card';
import { ParameterForm } from './parameter-form';
import { PipelineSteps } from './pipeline-steps';
import { PromptBar } from './prompt-bar';
import { ResultBar } from './result-bar';
import { TargetRows } from './target-rows';

export interface ActiveMethodProps {
  readonly active: ActiveMethod;
  readonly state: PanelState;
  readonly model: PanelModel;
}

export function ActiveMethodView({ active, state, model }: ActiveMethodProps) {
  const { t, dir } = useLanguage();
  const text = useMethodText();
  const [explained, setExplained] = useState(false);
  const { entry, fields } = active;
  const onChange = useCallback(
    (name: string, value: ParameterValue) => {
      model.setParameter(name, value);
    },
    [model]
  );
  const form = { series: state.series, explained, onChange };
  return (
    <div>
      <div className="mb-1 flex items-center gap-1">
        <IconButton
          label={t('methods.back')}
          icon={<BackIcon className={dir === 'rtl' ? 'h-4 w-4 rotate-180' : 'h-4 w-4'} />}
          onClick={() => {
            model.chooseMethod(undefined);
          }}
        />
        <h3
          tabIndex={-1}
          data-start
          className="cordon-focus text-foreground min-w-0 flex-1 truncate text-base font-semibold"
        >
          {text(entry.id, 'title', entry.title)}
        </h3>
        <IconButton
          label={t('methods.explain')}
          icon={<HelpIcon />}
          aria-pressed={explained}
          className={explained ? 'text-primary' : undefined}
          onClick={() => {
            setExplained(!explained);
          }}
        />
        {fields.length > 0 ? (
          <IconButton
            label={t('methods.resetAll')}
            icon={<ResetIcon />}
            onClick={() => {
              model.resetParameters();
            }}
          />
        ) : null}
      </div>
      {explained ? (
        <div className="text-muted-foreground mb-2 break-words text-sm">
          <p>{text(entry.id, 'summary', entry.summary)}</p>
          {active.citation ? (
            <p className="mt-1">{t('methods.citation', { citation: active.citation })}</p>
          ) : null}
          <MethodCard lines={active.card ?? []} />
        </div>
      ) : (
        <FirstUse method={entry.id} text={text(entry.id, 'summary', entry.summary)} />
      )}
      <ChannelRows active={active} series={state.series} model={model} />
      {state.prompts ? <PromptBar prompts={state.prompts} model={model} /> : null}
      {active.regions.length > 1 ? (
        <Row label={t('form.region')}>
          <Select
            label={t('form.region')}
            value={active.region}
            choices={active.regions.map((kind) => ({
              value: kind,
              label: t(`form.regions.${kind}`),
            }))}
            onChange={(region) => {
              model.setRegion(region);
            }}
          />
        </Row>
      ) : null}
      {active.steps ? (
        <PipelineSteps method={active} methods={state.methods} {...form} />
      ) : (
        <ParameterForm method={active} {...form} />
      )}
      <TargetRows active={active} state={state} model={model} />
      <ResultBar state={state} model={model} />
    </div>
  );
}
