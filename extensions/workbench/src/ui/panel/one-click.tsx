/** @file Pipelines that fit the open series as one button each: chosen and run at once. */
import { Button } from '../kit/button';
import { PlayIcon } from '../kit/icons';
import { Tooltip } from '../kit/tooltip';
import { useLanguage, useMethodText } from '../panel-context';
import type { MethodEntry } from '../panel-model';

export interface OneClickProps {
  readonly methods: readonly MethodEntry[];
  readonly onStart: (id: string) => void;
}

export function OneClick({ methods, onStart }: OneClickProps) {
  const { t } = useLanguage();
  const text = useMethodText();
  const pipelines = methods.filter(
    ({ group, unfit }) => group === 'pipeline' && unfit === undefined
  );
  if (pipelines.length === 0) return null;
  return (
    <div role="group" aria-label={t('pipeline.oneClick')} className="mb-1 flex flex-wrap gap-1">
      {pipelines.map(({ id, title, summary }) => (
        <Tooltip key={id} text={text(id, 'summary', summary)}>
          <Button
            className="cordon-chip"
            icon={<PlayIcon className="h-3 w-3" />}
            onClick={() => {
              onStart(id);
            }}
          >
            {text(id, 'title', title)}
          </Button>
        </Tooltip>
      ))}
    </div>
  );
}
