import { closest, distance } from 'fastest-levenshtein';

/**
 * Finds the known name a person most likely meant, or undefined when nothing is near enough to be a help.
 * Case and separators are ignored first (`external_service_ips` → `externalServiceIps`), then edit distance decides.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  const sameLetters = known.find((candidate) => plain(candidate) === plain(name));
  if (sameLetters !== undefined || known.length === 0) return sameLetters;
  const best = closest(name, [...known]);
  const away = distance(plain(name), plain(best));
  const hasNothingAlike = away >= Math.max(plain(name).length, plain(best).length);
  return !hasNothingAlike && away <= Math.max(2, Math.floor(name.length / 3)) ? best : undefined;
}
