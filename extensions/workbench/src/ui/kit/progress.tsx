/** @file How far a piece of work is, with a button that ends it. */
import { formatPercent } from '../i18n/numbers';
import { useLanguage } from '../panel-context';
import { Button } from './button';
import { StopIcon } from './icons';

export interface ProgressProps {
  readonly title: string;
  readonly message: string;
  /** 0 … 1; absent while it cannot be told. */
  readonly fraction?: number;
  readonly onCancel?: () => void;
}

export function Progress({ title, message, fraction, onCancel }: ProgressProps) {
  const { t, tag } = useLanguage();
  const percent = fraction === undefined ? undefined : formatPercent(fraction, tag);
  return (
    <div className="flex items-center gap-2">
      <div className="min-w-0 flex-1">
        <div className="text-muted-foreground flex justify-between gap-2 text-sm">
          <span className="truncate">{message || title}</span>
          <span>{percent}</span>
        </div>
        <div
          role="progressbar"
          aria-label={title}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={fraction === undefined ? undefined : Math.round(fraction * 100)}
          aria-valuetext={message || undefined}
          className="bg-primary/30 mt-1 h-1 w-full overflow-hidden rounded-full"
        >
          <div
            className={
              fraction === undefined ? 'cordon-busy bg-primary h-full' : 'bg-primary h-full'
            }
            style={fraction === undefined ? undefined : { width: `${fraction * 100}%` }}
          />
        </div>
      </div>
      {onCancel ? (
        <Button
          icon={<StopIcon className="h-3 w-3" />}
          aria-label={t('jobs.cancel', { title })}
          onClick={onCancel}
        >
          {t('form.cancel')}
        </Button>
      ) : null}
    </div>
  );
}
