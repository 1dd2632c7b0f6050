/** @file What happened, why, and what to do. Its texts may come from DICOM: they are only ever text. */
import { useLanguage } from '../panel-context';
import { IconButton } from './button';
import { classes } from './classes';
import { CheckIcon, CloseIcon, ErrorIcon, InfoIcon, WarningIcon } from './icons';

export interface MessageProps {
  readonly kind: 'info' | 'success' | 'warning' | 'error';
  readonly what: string;
  readonly why?: string;
  readonly remedy?: string;
  readonly onDismiss?: () => void;
}

const TONES = {
  info: 'cordon-info',
  success: 'cordon-success',
  warning: 'cordon-warning',
  error: 'cordon-error',
} as const;
const ICONS = {
  info: InfoIcon,
  success: CheckIcon,
  warning: WarningIcon,
  error: ErrorIcon,
} as const;

export function Message({ kind, what, why, remedy, onDismiss }: MessageProps) {
  const { t } = useLanguage();
  const Icon = ICONS[kind];
  return (
    <div
      role={kind === 'error' ? 'alert' : 'status'}
      className={classes(
        'cordon-message text-foreground mb-1 flex gap-2 rounded border p-2 text-base',
        TONES[kind]
      )}
    >
      <span className="cordon-message-icon flex-shrink-0">
        <Icon />
      </span>
      <div className="min-w-0 flex-1 break-words">
        <div className="font-semibold">
          <span className="sr-only">{t(`messages.${kind}`)}: </span>
          {what}
        </div>
        {why ? <div className="cordon-sentence text-muted-foreground mt-0.5">{why}</div> : null}
        {remedy ? <div className="cordon-sentence mt-0.5">{remedy}</div> : null}
      </div>
      {onDismiss ? (
        <IconButton label={t('messages.dismiss')} icon={<CloseIcon />} onClick={onDismiss} />
      ) : null}
    </div>
  );
}
