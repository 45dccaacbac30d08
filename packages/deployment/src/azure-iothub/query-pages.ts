import type { ModuleSelection } from '../commands/hub-gateway.ts';

/**
 * Rows that a page of a query for devices asks for: the most that the hub gives. A small hub takes 20 queries a minute and every page is one, so few large
 * pages decide how large a fleet is read without waiting.
 */
export const DEVICE_PAGE = 10_000;

/** Rows of a page of module twins, by how much of each twin is read. */
const LIGHT_PAGE = 5000;
const HEAVY_PAGE = 2500;

/** A section has up to 32 KB, and as a whole comes with the time of every value, which is more than the values. */
const WEIGHTS = { whole: 2, keys: 1, none: 0 };

/** Rows that a page of a query for module twins asks for, so that a page can be taken in even where every twin is as large as the hub lets it be. */
export function modulePage({ desired = true, reported }: Pick<ModuleSelection, 'desired' | 'reported'>): number {
  return weightOf(desired) + weightOf(reported) > WEIGHTS.keys ? HEAVY_PAGE : LIGHT_PAGE;
}

function weightOf(section: boolean | readonly string[]): number {
  if (typeof section === 'boolean') return section ? WEIGHTS.whole : WEIGHTS.none;
  return WEIGHTS.keys;
}
