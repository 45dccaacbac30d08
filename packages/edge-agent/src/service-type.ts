import { parseInt32 } from './dotnet-text.ts';

/** The order is the numbering of the agent's enumeration. */
const SERVICE_TYPES = ['ClusterIP', 'LoadBalancer', 'NodePort'] as const;

/** A Service type as it is sent, and how it was written: exactly or in other case, as a number, or in another lenient way. */
export interface ParsedServiceType {
  readonly type: string;
  readonly written: 'name' | 'number' | 'lenient';
}

/**
 * Reads `serviceOptions.type` as .NET's Enum.TryParse does (rule 13): names in any case, 0/1/2, blanks around, comma lists; other
 * integers pass as text. Undefined for anything else, which the agent ignores.
 */
export function parseServiceType(text: string): ParsedServiceType | undefined {
  const number = parseInt32(text);
  if (number !== undefined) return { type: nameOf(number), written: 'number' };
  const parts = text.split(',').map((part) => part.trim().toLowerCase());
  const numbers = parts.map((part) => SERVICE_TYPES.findIndex((type) => type.toLowerCase() === part));
  if (numbers.includes(-1)) return undefined;
  const combined = numbers.reduce((sum, value) => sum | value, 0);
  const exact = parts.length === 1 && text.trim() === text;
  return { type: nameOf(combined), written: exact ? 'name' : 'lenient' };
}

function nameOf(number: number): string {
  return SERVICE_TYPES[number] ?? String(number);
}
