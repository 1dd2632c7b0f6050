/**
 * Pictures of the panel without a viewer, to look at while working on it:
 *   node test/preview/panel.mjs [state…]
 * builds the page, opens it in Chromium with the viewer's own stylesheet and writes test/output/panel/*.png, one for
 * each state, theme and language, and prints what axe finds (contrast needs a real browser). Not part of any test.
 */
import { build } from 'esbuild';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import axe from 'axe-core';
import { viewerCss } from '../support/viewer-css.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const output = path.join(root, 'test/output/panel');

/** A light theme as a site could define it: the host's own are all dark. */
const LIGHT = `.light { --background: 0 0% 100%; --foreground: 222 47% 11%; --card: 210 40% 98%;
  --popover: 210 40% 95%; --popover-foreground: 222 47% 11%; --primary: 214 90% 42%;
  --primary-foreground: 0 0% 100%; --muted: 210 40% 98%; --muted-foreground: 215 25% 35%;
  --accent: 214 80% 90%; --accent-foreground: 222 47% 11%; --input: 214 32% 80%; --ring: 214 90% 42%;
  --border: 214 32% 85%; }`;

const PICTURES = [
  ['list', '', 'en'],
  ['threshold', '', 'en'],
  ['threshold', 'light', 'en'],
  ['threshold', 'theme-slate', 'de'],
  ['threshold', 'theme-arctic', 'de'],
  ['everything', '', 'en'],
  ['everything', 'light', 'de'],
  ['terms', '', 'en'],
  ['terms', 'light', 'de'],
  ['terms', '', 'ar-XB'],
  ['threshold', '', 'ar-XB'],
  ['messages', '', 'en'],
  ['messages', 'light', 'en'],
  ['empty', '', 'en'],
];

const css = await viewerCss();
if (!css) {
  console.error('The viewer is not fetched yet: run `npm start` once.');
  process.exit(1);
}
await mkdir(output, { recursive: true });
const { outputFiles } = await build({
  entryPoints: [path.join(root, 'test/preview/panel.ts')],
  bundle: true,
  write: false,
  format: 'esm',
  target: 'es2022',
  conditions: ['cordon-source'],
  define: { 'process.env.NODE_ENV': '"production"' },
});
const page = path.join(output, 'panel.html');
await writeFile(path.join(output, 'panel.js'), outputFiles[0].text);
await writeFile(path.join(output, 'viewer.css'), css + LIGHT);
await writeFile(
  page,
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="stylesheet" href="viewer.css"></head>
<body class="font-inter"><div id="panel" style="width: 282px; padding: 2px"></div>
<script src="panel.js" type="module"></script></body></html>`
);

const wanted = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--allow-file-access-from-files', '--disable-gpu'],
});
try {
  for (const [state, theme, language] of PICTURES) {
    if (wanted.length > 0 && !wanted.includes(state)) continue;
    const view = await browser.newPage({ viewport: { width: 286, height: 900 } });
    view.on('pageerror', (error) => console.error(error));
    const address = pathToFileURL(page);
    address.search = `state=${state}&language=${language}`;
    await view.goto(address.href);
    await view.evaluate((name) => name && document.documentElement.classList.add(name), theme);
    await view.waitForSelector('.cordon-panel');
    const name = [state, theme, language].filter(Boolean).join('-');
    await view.evaluate(axe.source);
    const faults = await view.evaluate(async () => {
      const { violations } = await window.axe.run(document.getElementById('panel'));
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, any }) => `${id}: ${html.slice(0, 160)} ${any[0]?.message ?? ''}`)
      );
    });
    for (const fault of faults) console.log(`${name}: ${fault}`);
    await view.screenshot({ path: path.join(output, `${name}.png`) });
    await view.close();
  }
} finally {
  await browser.close();
}
