/** The value below which the share `q` (0 to 1) of the numbers lies; the nearest rank, no interpolation. */
export function quantile(numbers: readonly number[], q: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

/** The middle value. */
export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}
