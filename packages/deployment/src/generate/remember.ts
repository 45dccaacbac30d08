/** Results kept at a time; beyond that every input is different and keeping them would only cost memory. */
const CAPACITY = 256;

/**
 * Makes equal inputs give the same result object, which is worked out once: devices of a fleet mostly have the same applications. The result must
 * depend on nothing but the input's JSON, and inputs must not change.
 */
export function remember<Input extends object, Result>(make: (input: Input) => Result): (input: Input) => Result {
  const results = new Map<string, { readonly result: Result }>();
  // Writing JSON of the same object for every device of a large fleet would take longer than everything else.
  const seen = new WeakMap<Input, { readonly result: Result }>();
  return (input) => {
    const before = seen.get(input);
    if (before !== undefined) return before.result;
    const key = JSON.stringify(input);
    const known = results.get(key) ?? { result: make(input) };
    if (results.size >= CAPACITY) results.clear();
    results.set(key, known);
    seen.set(input, known);
    return known.result;
  };
}

/** Makes a pair of inputs that was seen before, by identity, give the same result object. Inputs must not change. */
export function rememberPair<One extends object, Other extends object, Result>(
  make: (one: One, other: Other) => Result,
): (one: One, other: Other) => Result {
  const results = new WeakMap<One, WeakMap<Other, { readonly result: Result }>>();
  return (one, other) => {
    const known = results.get(one) ?? new WeakMap<Other, { readonly result: Result }>();
    results.set(one, known);
    const found = known.get(other) ?? { result: make(one, other) };
    known.set(other, found);
    return found.result;
  };
}
