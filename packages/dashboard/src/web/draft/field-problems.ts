import type { Problem } from '@iotedge-networking/contract';

/** Problems of the input whose path begins with one of these; `externalServiceIps` also gets those of its ranges. */
export function problemsAt(problems: readonly Problem[], ...paths: readonly string[]): readonly Problem[] {
  return problems.filter(({ path }) => paths.some((start) => isWithin(path, start)));
}

function isWithin(path: string, start: string): boolean {
  return path === start || path.startsWith(`${start}.`) || path.startsWith(`${start}[`);
}

/** The worst of some problems, or undefined when there is none. */
export function worstLevel(problems: readonly Problem[]): 'error' | 'warning' | undefined {
  if (problems.length === 0) return undefined;
  return problems.some(({ level }) => level !== 'warning') ? 'error' : 'warning';
}

const ADDRESSES = /\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?(?:\s*-\s*\d{1,3}(?:\.\d{1,3}){3})?/g;

/** Addresses and ranges that a message names, each once: the offending part, in whatever language the rest is said. */
export function offendingParts(message: string): readonly string[] {
  return [...new Set(message.match(ADDRESSES) ?? [])];
}
