/** @file Which series stand for the images of a method that takes several. The first is the open one. */
import { Row } from '../kit/row';
import { Select } from '../kit/select';
import { useLanguage } from '../panel-context';
import type { ActiveMethod, ChannelRow, PanelModel, SeriesSummary } from '../panel-model';

export interface ChannelRowsProps {
  readonly active: ActiveMethod;
  readonly series?: SeriesSummary;
  readonly model: PanelModel;
}

export function ChannelRows({ active, series, model }: ChannelRowsProps) {
  const { t } = useLanguage();
  const { first, channels = [] } = active;
  if (!first) return null;
  return (
    <div data-cy="cordon-channels">
      <Row label={first.name}>
        <span className="truncate text-base" title={t('channels.open')}>
          {series?.title}
        </span>
      </Row>
      {first.looksLike === undefined ? null : (
        <div className="text-muted-foreground mb-1.5 text-sm">
          {t('channels.first', { name: first.name, title: first.looksLike })}
        </div>
      )}
      {channels.map((row) => (
        <Row key={row.name} label={row.name}>
          <Choice row={row} model={model} />
        </Row>
      ))}
    </div>
  );
}

function Choice({ row, model }: { readonly row: ChannelRow; readonly model: PanelModel }) {
  const { t } = useLanguage();
  const { name, chosen = '', choices } = row;
  if (choices.every(({ unfit }) => unfit !== undefined)) {
    return <span className="text-muted-foreground text-sm">{t('channels.none')}</span>;
  }
  return (
    <Select
      label={name}
      value={chosen}
      placeholder={t('channels.choose')}
      choices={choices.map(({ id, title, unfit }) => ({ value: id, label: title, unfit }))}
      onChange={(id) => {
        model.setChannel(name, id);
      }}
    />
  );
}
