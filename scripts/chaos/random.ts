/** Random choices that a seed repeats. */
export interface Random {
  /** 0 to 1. */
  next(): number;
  /** 0 to `count` - 1. */
  integer(count: number): number;
  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T;
  /** One of a list that is not empty, more often the heavier it weighs. */
  weighted<T extends { readonly weight: number }>(list: readonly T[]): T;
  chance(probability: number): boolean;
}

/** Makes the choices that belong to a seed (the generator mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (count: number): number => Math.floor(next() * count);
  return {
    next,
    integer,
    pick: (list) => at(list, integer(list.length)),
    weighted: (list) => {
      const total = list.reduce((sum, { weight }) => sum + weight, 0);
      let left = next() * total;
      return list.find(({ weight }) => (left -= weight) < 0) ?? at(list, list.length - 1);
    },
    chance: (probability) => next() < probability,
  };
}

function at<T>(list: readonly T[], index: number): T {
  if (list.length === 0) throw new Error('there is nothing to choose from');
  return list[index] as T;
}
