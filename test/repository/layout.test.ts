/** @file The repository is what CONTRIBUTING.md says: layout, ids, nothing large, nothing of the machine it was made on. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '..', '..');
const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter((file) => file !== '' && existsSync(path.join(root, file)));
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

describe('the repository', () => {
  it('has only the rooms of the house and tool configuration at the top', () => {
    const rooms = ['extensions', 'modes', 'models', 'server-adapter', 'test'];
    const papers = [
      'package.json',
      'package-lock.json',
      'tsconfig.json',
      'README.md',
      'LICENSE',
      'CONTRIBUTING.md',
    ];
    const isConfiguration = (name: string) =>
      name.startsWith('.') || /^(tsconfig\.base\.json|[a-z]+\.config\.mjs)$/.test(name);
    const strangers = [...new Set(tracked.map((file) => file.split('/')[0]))].filter(
      (name) => !rooms.includes(name) && !papers.includes(name) && !isConfiguration(name)
    );
    expect(strangers).toEqual([]);
    expect(papers.filter((name) => !tracked.includes(name))).toEqual([]);
  });

  it.each(['workbench', 'classical', 'neural', 'dicom-seg'])(
    'gives extension %s the id of its package, which the host requires',
    (name) => {
      const manifest = JSON.parse(read(`extensions/${name}/package.json`)) as {
        name: string;
        keywords: string[];
      };
      expect(manifest.name).toBe(`@cordon/extension-${name}`);
      expect(manifest.keywords).toContain('ohif-extension');
      expect(read(`extensions/${name}/src/extension.ts`)).toContain(manifest.name);
    }
  );

  it('carries no data set, no viewer and nothing over 6 MB', () => {
    const large = tracked.filter((file) => statSync(path.join(root, file)).size > 6_000_000);
    expect(large).toEqual([]);
    expect(tracked.filter((file) => /\.(dcm|nii|nii\.gz|nrrd|tar\.xz)$/.test(file))).toEqual([]);
  });

  it('locks every package without naming a registry', () => {
    const lock = read('package-lock.json');
    expect(lock).not.toMatch(/"resolved": "https?:/);
    expect(read('.npmrc')).toContain('omit-lockfile-registry-resolved=true');
  });

  it('names no absolute path of a home or work folder', () => {
    const text = /\.(ts|tsx|mjs|cjs|json|md|py|sh|c|cc|yml|yaml|html)$/;
    const leaks = tracked
      .filter((file) => text.test(file) && file !== 'package-lock.json')
      .filter((file) => /(^|["'\s(=])\/(work|home|root|Users)\//m.test(read(file)));
    expect(leaks).toEqual([]);
  });
});
