import type { Dialect } from './config-place.ts';

/** What a community text is: `a:b`, `large:a:b:c`, a text of the right form with wrong numbers, or perhaps an alias. */
export type CommunityKind = 'legacy' | 'large' | 'invalid' | 'alias';

/** Tells what a community text is. Source: MetalLB internal/bgp/community. */
export function communityKind(text: string): CommunityKind {
  const parts = text.split(':');
  if (parts.length === 2) return parts.every((part) => isUint(part, 0xffff)) ? 'legacy' : 'invalid';
  if (parts.length !== 4) return 'alias';
  const [marker, ...numbers] = parts;
  return marker === 'large' && numbers.every((part) => isUint(part, 0xffffffff)) ? 'large' : 'invalid';
}

/** Why a text is no community, in MetalLB's words; undefined when it is one. The ConfigMap knows only `a:b`. */
export function communityProblem(text: string, dialect: Dialect): string | undefined {
  const kind = communityKind(text);
  if (kind === 'legacy' || (kind === 'large' && dialect === 'crd')) return undefined;
  if (dialect === 'configmap') return `invalid community string "${text}"`;
  return kind === 'alias' ? `invalid community format: ${text}` : `invalid community value: community "${text}"`;
}

function isUint(text: string, highest: number): boolean {
  return /^\d+$/.test(text) && Number(text) <= highest;
}
