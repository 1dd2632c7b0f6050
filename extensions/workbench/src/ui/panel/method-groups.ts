/** @file Which methods are listed under which heading. */
import type { MethodEntry } from '../panel-model';

export interface MethodGroup {
  readonly id: string;
  readonly title: string;
  readonly entries: readonly MethodEntry[];
}

export interface GroupedMethods {
  readonly groups: readonly MethodGroup[];
  /** Methods that match the search but do not fit the open series. */
  readonly unfit: readonly MethodEntry[];
}

/** Headings from the everyday to the special; groups that are not named here come after these. */
const ORDER = ['threshold', 'grow', 'edges', 'cut', 'contour', 'cluster', 'network'];
const LAST = ['filter', 'clean-up', 'combine', 'pipeline'];

export const FAVOURITES = 'favourites';

/** Groups the methods that match every word of the query. Favourites stand first and in their group as well. */
export function groupMethods(request: {
  readonly methods: readonly MethodEntry[];
  readonly query: string;
  readonly favourites: readonly string[];
  readonly groupTitle: (group: string) => string;
  /** Language tag, for comparing texts. */
  readonly tag: string;
}): GroupedMethods {
  const { methods, query, favourites, groupTitle, tag } = request;
  const wanted = fold(query, tag).split(/\s+/).filter(Boolean);
  const matching = methods.filter((method) => {
    const text = [method.title, method.summary, method.id, groupTitle(method.group)].join(' ');
    const folded = fold(text, tag);
    return wanted.every((word) => folded.includes(word));
  });
  const fitting = matching.filter((method) => method.unfit === undefined);
  const byTitle = (a: MethodEntry, b: MethodEntry) => a.title.localeCompare(b.title, tag);

  const ids = [...new Set(fitting.map((method) => method.group))].sort(
    (a, b) => rank(a) - rank(b) || groupTitle(a).localeCompare(groupTitle(b), tag)
  );
  const groups = ids.map((id) => ({
    id,
    title: groupTitle(id),
    entries: fitting.filter((method) => method.group === id).sort(byTitle),
  }));
  const starred = fitting.filter((method) => favourites.includes(method.id)).sort(byTitle);
  const first = { id: FAVOURITES, title: groupTitle(FAVOURITES), entries: starred };
  return {
    groups: starred.length > 0 && wanted.length === 0 ? [first, ...groups] : groups,
    unfit: matching.filter((method) => method.unfit !== undefined).sort(byTitle),
  };
}

function rank(group: string): number {
  if (ORDER.includes(group)) return ORDER.indexOf(group);
  return LAST.includes(group) ? 200 + LAST.indexOf(group) : 100;
}

/** Without case and accents, so that "Otsu" finds "ōtsu". */
function fold(text: string, tag: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase(tag);
}
