/**
 * Pairwise combinations: every pair of values of any two factors occurs in at least one case, with far fewer cases than
 * all combinations. Greedy, deterministic.
 */
export type Factors = Readonly<Record<string, readonly (string | number)[]>>;
export type Case<F extends Factors> = { readonly [name in keyof F]: F[name][number] };

export function pairwise<F extends Factors>(factors: F): Case<F>[] {
  const names = Object.keys(factors);
  const open = new Set<string>();
  const pair = (a: string, x: unknown, b: string, y: unknown) =>
    `${a}=${String(x)}&${b}=${String(y)}`;
  names.forEach((a, at) =>
    names
      .slice(at + 1)
      .forEach((b) =>
        factors[a].forEach((x) => factors[b].forEach((y) => open.add(pair(a, x, b, y))))
      )
  );
  const cases: Case<F>[] = [];
  while (open.size > 0) {
    const [first] = open;
    const chosen = new Map<string, string | number>();
    for (const part of first.split('&')) {
      const [name, text] = part.split('=');
      chosen.set(
        name,
        factors[name].find((value) => String(value) === text)!
      );
    }
    for (const name of names) {
      if (chosen.has(name)) continue;
      const gain = (value: string | number) =>
        [...chosen].filter(([other, taken]) => {
          const [a, b] = names.indexOf(name) < names.indexOf(other) ? [name, other] : [other, name];
          const [x, y] = a === name ? [value, taken] : [taken, value];
          return open.has(pair(a, x, b, y));
        }).length;
      const best = [...factors[name]].sort((x, y) => gain(y) - gain(x))[0];
      chosen.set(name, best);
    }
    names.forEach((a, at) =>
      names.slice(at + 1).forEach((b) => open.delete(pair(a, chosen.get(a), b, chosen.get(b))))
    );
    cases.push(Object.fromEntries(chosen) as Case<F>);
  }
  return cases;
}
