/**
 * @file The viewer's stylesheet holds only the classes that the viewer itself uses: every class of our user interface
 * must be among them, or in our own styles.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { CSS } from '../../extensions/workbench/src/ui/style';
import { hasViewerCss, viewerCss } from '../support/viewer-css.mjs';

const root = resolve(__dirname, '../..');

const sources = ['extensions', 'modes'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.tsx') && !name.includes('.test.'))
    .filter((name) => !name.includes('node_modules'))
    .map((name) => join(folder, name))
);

describe('class names of the user interface', () => {
  const used = new Map(
    sources.flatMap((file) => classesOf(file).map((name) => [name, file] as const))
  );
  const own = cssClasses(CSS);

  it('are found in the sources, in every way of writing them', () => {
    expect(sources.length).toBeGreaterThan(15);
    const text = `
      const LOOK = { a: 'in-constant' };
      const C = ({ className = 'in-default' }) => <b className={classes('in-call', x && 'in-branch', LOOK[y])} />;
      const D = <b className={on ? 'in-yes' : 'in-no'} title="no-class" />;`;
    expect([...classesIn('sample.tsx', text)].sort()).toEqual(
      ['in-branch', 'in-call', 'in-constant', 'in-default', 'in-no', 'in-yes'].sort()
    );
  });

  it('of our own are all styled, and all styles are used', () => {
    const ours = [...used.keys()].filter((name) => name.startsWith('cordon-'));
    const marks = ['cordon-root', 'cordon-portal'];
    expect(ours.filter((name) => !own.has(name) && name !== 'cordon-panel')).toEqual([]);
    expect([...own].filter((name) => !used.has(name) && !marks.includes(name))).toEqual([]);
  });

  it('of our own styles begin with our prefix, so that nothing of the viewer changes', () => {
    const rules = CSS.replace(/@keyframes[^}]*\}[^}]*\}\s*\}/g, '').replace(/@media[^{]*\{/g, '');
    const selectors = [...rules.matchAll(/(?:^|[}])\s*([^{}@]+)\{/g)].flatMap(([, list]) =>
      list.split(',').map((selector) => selector.trim())
    );
    expect(selectors.length).toBeGreaterThan(20);
    expect(selectors.filter((selector) => !selector.startsWith('.cordon-'))).toEqual([]);
  });

  // Where the viewer is not fetched (npm start) there is nothing to compare with; in CI that is an error.
  const compare = hasViewerCss() || process.env.CI ? it : it.skip;
  compare('of the viewer all exist in its stylesheet', async () => {
    const known = cssClasses((await viewerCss()) ?? '');
    expect(known.size).toBeGreaterThan(1000);
    // Its sheet is purged: these are known not to be there.
    expect(known.has('grid-cols-2')).toBe(false);
    const missing = [...used].filter(([name]) => !known.has(name) && !name.startsWith('cordon-'));
    expect(missing).toEqual([]);
  });
});

function classesOf(file: string): readonly string[] {
  return classesIn(file, readFileSync(join(root, file), 'utf8'));
}

/** Class names in `className`, in arguments of `classes()`, and in the constants that these name. */
function classesIn(file: string, text: string): readonly string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const constants = new Map<string, ts.Expression>();
  const found: string[] = [];

  const collect = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) found.push(...node.text.split(/\s+/).filter(Boolean));
    else if (ts.isTemplateExpression(node)) throw new Error(`${file}: no templates in class names`);
    else if (ts.isIdentifier(node) && constants.has(node.text)) {
      const value = constants.get(node.text);
      constants.delete(node.text);
      if (value) collect(value);
    } else if (ts.isBinaryExpression(node) && isComparison(node)) return;
    else if (ts.isConditionalExpression(node)) {
      collect(node.whenTrue);
      collect(node.whenFalse);
    } else if (ts.isCallExpression(node)) node.arguments.forEach(collect);
    else ts.forEachChild(node, collect);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isJsxAttribute(node) && node.name.getText() === 'className' && node.initializer) {
      collect(node.initializer);
    } else if (ts.isBindingElement(node) && node.name.getText() === 'className') {
      if (node.initializer) collect(node.initializer);
    } else ts.forEachChild(node, visit);
  };
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (ts.isIdentifier(name) && initializer && !ts.isArrowFunction(initializer)) {
        constants.set(name.text, initializer);
      }
    }
  }
  visit(source);
  return found;
}

function isComparison({ operatorToken }: ts.BinaryExpression): boolean {
  return [
    ts.SyntaxKind.EqualsEqualsEqualsToken,
    ts.SyntaxKind.ExclamationEqualsEqualsToken,
    ts.SyntaxKind.LessThanToken,
    ts.SyntaxKind.GreaterThanToken,
  ].includes(operatorToken.kind);
}

/** Every class name that a stylesheet has a rule for. */
function cssClasses(css: string): ReadonlySet<string> {
  const names = css
    .replace(/\/\*[^]*?\*\//g, '')
    .matchAll(/\.(?!\d)((?:\\[0-9a-f]{1,6} ?|\\.|[-\w\u0080-\uffff])+)/gi);
  return new Set(
    [...names].map(([, name]) =>
      name.replace(/\\([0-9a-f]{1,6}) ?|\\(.)/gi, (_, hex: string | undefined, plain: string) =>
        hex ? String.fromCodePoint(parseInt(hex, 16)) : plain
      )
    )
  );
}
