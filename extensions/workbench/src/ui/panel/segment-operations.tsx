/** @file What can be done to a segment: one button for each operation; it shows its result as a preview at once. */
import { Button } from '../kit/button';
import { Tooltip } from '../kit/tooltip';
import { useLanguage, useMethodText } from '../panel-context';
import type { MethodEntry, SegmentEntry } from '../panel-model';

/** The methods that change a segment, in the order of the list. */
export const operationsOf = (methods: readonly MethodEntry[]): readonly MethodEntry[] =>
  methods.filter(({ family, unfit }) => family === 'operation' && unfit === undefined);

export interface SegmentOperationsProps {
  readonly segment: SegmentEntry;
  readonly operations: readonly MethodEntry[];
  readonly onStart: (method: string) => void;
}

export function SegmentOperations({ segment, operations, onStart }: SegmentOperationsProps) {
  const { t } = useLanguage();
  const text = useMethodText();
  return (
    <div
      role="group"
      aria-label={t('operations.title', { label: segment.label })}
      className="my-1 flex flex-wrap gap-1"
    >
      {operations.map(({ id, title, summary }) => (
        <Tooltip key={id} text={text(id, 'summary', summary)}>
          <Button
            className="cordon-chip"
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
