/** @file Drawing for the method in use: the tool in the hand, the label it draws, its size, and what is still missing. */
import { useEffect, type ReactNode } from 'react';
import type { DrawingTool } from '../../prompts/gestures';
import { formatQuantity } from '../i18n/numbers';
import { Button, IconButton } from '../kit/button';
import { classes } from '../kit/classes';
import {
  AnchorPathIcon,
  BoxIcon,
  EraserIcon,
  PlusIcon,
  ScribbleIcon,
  SeedIcon,
  SphereIcon,
  TrashIcon,
} from '../kit/icons';
import { Row } from '../kit/row';
import { Slider } from '../kit/slider';
import { useLanguage, usePreferences } from '../panel-context';
import type { PanelModel, PromptState } from '../panel-model';

const ICONS: Readonly<Record<DrawingTool, ReactNode>> = {
  seed: <SeedIcon />,
  scribble: <ScribbleIcon />,
  eraser: <EraserIcon />,
  box: <BoxIcon />,
  path: <AnchorPathIcon />,
  sphere: <SphereIcon />,
};

const SIZE_MM = { min: 1, max: 40, step: 0.5 } as const;

interface PromptBarProps {
  readonly prompts: PromptState;
  readonly model: PanelModel;
}

export function PromptBar({ prompts, model }: PromptBarProps) {
  const { t } = useLanguage();
  const { tool, tools } = prompts;
  return (
    <div className="mb-2" role="group" aria-label={t('prompts.label')}>
      <Row label={t('prompts.label')}>
        {tools.map((other) => (
          <IconButton
            key={other}
            label={t(`prompts.tools.${other}`)}
            icon={ICONS[other]}
            aria-pressed={other === tool}
            data-cy={`cordon-tool-${other}`}
            className={other === tool ? 'cordon-tool-held' : undefined}
            onClick={() => {
              model.setDrawingTool(other === tool ? undefined : other);
            }}
          />
        ))}
        <span className="flex-1" />
        <IconButton
          label={t('prompts.clear')}
          icon={<TrashIcon />}
          disabled={prompts.isEmpty}
          onClick={() => {
            model.clearPrompts();
          }}
        />
      </Row>
      {prompts.labels.length > 1 && tool !== 'box' && tool !== 'eraser' ? (
        <LabelRow prompts={prompts} model={model} />
      ) : null}
      {tool === 'scribble' || tool === 'eraser' ? (
        <SizeRow prompts={prompts} model={model} />
      ) : null}
      {prompts.isLimited ? (
        <div className="flex items-center gap-2" data-cy="cordon-box-limit">
          <span className="text-foreground min-w-0 flex-1 text-sm">{t('prompts.limited')}</span>
          <Button
            icon={<TrashIcon />}
            onClick={() => {
              model.removeBox();
            }}
          >
            {t('prompts.removeBox')}
          </Button>
        </div>
      ) : null}
      <Hint prompts={prompts} />
    </div>
  );
}

/** One line: what to do. It stands out until the tool has been used once. */
function Hint({ prompts }: Pick<PromptBarProps, 'prompts'>) {
  const { t } = useLanguage();
  const [{ explainedTools }, preferences] = usePreferences();
  const { tool, tools, waitingFor, isEmpty } = prompts;
  const isBoxOnly = tools.every((one) => one === 'box');
  const isNew = tool !== undefined && !explainedTools.includes(tool);
  const isUsed = isNew && !isEmpty;
  useEffect(() => {
    if (isUsed) preferences.change({ explainedTools: [...explainedTools, tool] });
  }, [isUsed, tool, explainedTools, preferences]);
  return (
    <p
      className={classes(
        'cordon-sentence text-sm',
        isNew ? 'cordon-first-use text-foreground' : 'text-muted-foreground'
      )}
      role="status"
      data-cy="cordon-prompt-hint"
    >
      {waitingFor ?? t(`prompts.hints.${tool ?? (isBoxOnly ? 'boxOnly' : 'none')}`)}
    </p>
  );
}

function LabelRow({ prompts, model }: PromptBarProps) {
  const { t } = useLanguage();
  const { label, labels, canAddLabel } = prompts;
  const many = labels.length > 2;
  const nameOf = (other: number) => {
    if (other === 0) return t('prompts.background');
    return many ? t('prompts.numbered', { number: String(other) }) : t('prompts.target');
  };
  return (
    <div className="mb-1.5 flex flex-wrap gap-1" role="group" aria-label={t('prompts.marks')}>
      {labels.map((other) => (
        <Button
          key={other.label}
          aria-pressed={other.label === label}
          className={other.label === label ? 'cordon-tool-held' : undefined}
          icon={<span className="cordon-label-mark" style={{ backgroundColor: other.colour }} />}
          onClick={() => {
            model.setPromptLabel(other.label);
          }}
        >
          {nameOf(other.label)}
        </Button>
      ))}
      {canAddLabel ? (
        <IconButton
          label={t('prompts.addLabel')}
          icon={<PlusIcon />}
          onClick={() => {
            model.setPromptLabel(labels.length);
          }}
        />
      ) : null}
    </div>
  );
}

function SizeRow({ prompts, model }: PromptBarProps) {
  const { t, tag } = useLanguage();
  return (
    <Row label={t('prompts.size')}>
      <Slider
        values={[prompts.brushMm]}
        labels={[t('prompts.size')]}
        {...SIZE_MM}
        valueText={(value) => formatQuantity(value, 'mm', tag)}
        onChange={([size]) => {
          model.setBrushMm(size);
        }}
      />
      <span className="text-muted-foreground whitespace-nowrap text-sm">
        {formatQuantity(prompts.brushMm, 'mm', tag)}
      </span>
    </Row>
  );
}
