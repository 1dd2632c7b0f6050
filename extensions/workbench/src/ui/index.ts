/** @file The panel and the parts from which other extensions build their sections of it. */
export type * from './panel-model';
export { mountPanel } from './mount';
export { PanelSlots } from './slots';
export { addTexts, METHOD_TEXTS, setPanelLanguage, type TextTree } from './i18n/language';
export { formatMeasure, formatNumber, formatPercent, formatQuantity } from './i18n/numbers';
export { useLanguage, usePortal, useTexts } from './panel-context';
export { Button, IconButton } from './kit/button';
export { Message } from './kit/message';
export { NumberField } from './kit/number-field';
export { Progress } from './kit/progress';
export { Row } from './kit/row';
export { Section } from './kit/section';
export { Select } from './kit/select';
export { Slider } from './kit/slider';
export { Switch } from './kit/switch';
export { TextField } from './kit/text-field';
export { Tooltip } from './kit/tooltip';
export * as icons from './kit/icons';
