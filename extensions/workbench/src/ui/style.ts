/**
 * @file The panel's own styles: what the host's purged stylesheet lacks. Colours are the host's, so that its themes
 * apply; every selector begins with `.cordon-`.
 */

const ID = 'cordon-style';

export const CSS = `
.cordon-root, .cordon-portal { font-family: inherit; }
.cordon-focus:focus-visible { outline: 2px solid hsl(var(--ring)); outline-offset: 1px; }
.cordon-primary { background-color: color-mix(in srgb, hsl(var(--primary)) 65%, black); }
.cordon-primary:hover { background-color: color-mix(in srgb, hsl(var(--primary)) 55%, black); }
.cordon-start { text-align: start; }
.cordon-end { text-align: end; padding-inline-start: 8px; font-variant-numeric: tabular-nums; }
.cordon-cell { width: 100%; max-width: 0; }
.cordon-number { width: 4.25rem; font-variant-numeric: tabular-nums; }
.cordon-number[aria-invalid='true'] { border-color: hsl(var(--cordon-error, 0 84% 60%)); }
.cordon-problem { position: absolute; z-index: 20; top: 100%; inset-inline-end: 0; margin-top: 2px;
  padding: 2px 6px; white-space: nowrap; border-radius: 4px; color: hsl(var(--foreground));
  background-color: hsl(var(--popover)); border: 1px solid hsl(0 84% 60%); }
.cordon-search { padding-inline: 28px 6px; }
.cordon-methods { max-height: max(240px, 42vh); }
.cordon-group { padding: 6px 8px 2px; }
.cordon-star { opacity: 0; }
.cordon-star[aria-pressed='true'], .cordon-method:hover .cordon-star,
.cordon-method:focus-within .cordon-star { opacity: 1; }
.cordon-row-label { flex: 0 0 84px; line-height: 1.15; overflow-wrap: anywhere; }
.cordon-mean { min-width: 92px; }
.cordon-tooltip { max-width: 240px; }
.cordon-list { max-height: 320px; min-width: var(--radix-select-trigger-width); overflow-y: auto; }
.cordon-mark { border: 1px solid hsl(var(--foreground) / 0.35); }
.cordon-switch { width: 28px; padding: 2px; }
.cordon-switch-thumb[data-state='checked'] { transform: translateX(12px); }
.cordon-panel[dir='rtl'] .cordon-switch-thumb[data-state='checked'] { transform: translateX(-12px); }
.cordon-chevron { transition: transform 150ms; flex-shrink: 0; }
.cordon-section[data-state='closed'] > .cordon-chevron { transform: rotate(-90deg); }
.cordon-chip { height: 22px; padding: 0 6px; font-size: 12px; }
.cordon-histogram { height: 56px; cursor: ew-resize; }
.cordon-curve { fill: hsl(var(--muted-foreground) / 0.45); }
.cordon-curve-inside { fill: hsl(var(--primary)); }
.cordon-bound { width: 4px; height: 56px; border-radius: 2px; cursor: ew-resize; }
.cordon-tool { width: 28px; height: 28px; }
.cordon-tool:hover:enabled { background-color: hsl(var(--primary) / 0.25); }
.cordon-tool-held, .cordon-tool-held:hover:enabled { color: hsl(var(--foreground)); background-color: hsl(var(--primary) / 0.45); }
.cordon-label-mark { width: 10px; height: 10px; border-radius: 5px; flex-shrink: 0; }
.cordon-first-use { padding: 4px 8px; border-inline-start: 3px solid hsl(var(--primary)); background-color: hsl(var(--popover)); }
.cordon-run { width: 28px; height: 28px; }
.cordon-terms { max-height: 148px; background-color: hsl(var(--background)); }
.cordon-picker { background-color: hsl(var(--popover)); }
.cordon-colour { width: 40px; padding: 1px; background-color: hsl(var(--background)); }
.cordon-uncoded { opacity: 0.55; }
.cordon-finding > svg { color: hsl(38 92% 50%); }
.cordon-sentence { display: block; }
.cordon-sentence::first-letter { text-transform: uppercase; }
.cordon-result { background-color: hsl(var(--background)); }
.cordon-message { background-color: hsl(var(--popover)); border-color: hsl(var(--cordon-tone) / 0.6); }
.cordon-message-icon { color: hsl(var(--cordon-tone)); }
.cordon-info { --cordon-tone: var(--primary); }
.cordon-success { --cordon-tone: 145 60% 45%; }
.cordon-warning { --cordon-tone: 38 92% 50%; }
.cordon-error { --cordon-tone: 0 84% 60%; }
.cordon-busy { width: 30%; animation: cordon-busy 1.2s steps(8) infinite alternate; }
@keyframes cordon-busy { from { margin-inline-start: 0; } to { margin-inline-start: 70%; } }
@media (prefers-reduced-motion: reduce) { .cordon-busy { animation: none; width: 100%; opacity: 0.5; } }
`;

/** Adds the styles to the page once. */
export function injectStyle(document: Document): void {
  if (document.getElementById(ID)) return;
  const style = document.createElement('style');
  style.id = ID;
  style.textContent = CSS;
  document.head.append(style);
}
