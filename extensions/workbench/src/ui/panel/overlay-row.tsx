/** @file The map that is shown over the image: what it is, how strong it is drawn, and off again. */
import { formatMeasure, formatPercent } from '../i18n/numbers';
import { IconButton } from '../kit/button';
import { CloseIcon } from '../kit/icons';
import { Slider } from '../kit/slider';
import { useLanguage } from '../panel-context';
import type { OverlaySummary, PanelModel } from '../panel-model';

export function OverlayRow(props: {
  readonly overlay: OverlaySummary;
  readonly model: PanelModel;
}) {
  const { overlay, model } = props;
  const { title, unit, lower, upper, opacity } = overlay;
  const { t, tag } = useLanguage();
  const values = [lower, upper].map((value) => formatMeasure(value, tag)).join(' … ');
  return (
    <div role="group" aria-label={title} className="border-input mt-2 rounded border px-2 py-1">
      <div className="flex items-center gap-1">
        <span className="text-foreground min-w-0 flex-1 truncate text-base">{title}</span>
        <span className="text-muted-foreground whitespace-nowrap text-sm">{`${values} ${unit}`}</span>
        <IconButton
          label={t('overlay.hide')}
          icon={<CloseIcon className="h-3 w-3" />}
          onClick={() => {
            model.hideOverlay();
          }}
        />
      </div>
      <Slider
        values={[opacity]}
        labels={[t('overlay.opacity')]}
        min={0}
        max={1}
        step={0.05}
        valueText={(value) => formatPercent(value, tag)}
        onChange={([value]) => {
          model.setOverlayOpacity(value);
        }}
      />
    </div>
  );
}
