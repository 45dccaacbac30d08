import type { Problem } from '@iotedge-networking/contract';

/** Variables by name, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A text with its placeholders filled in, and what was wrong with them. */
export interface ExpandedText {
  readonly text: string;
  readonly problems: readonly Omit<Problem, 'path'>[];
}

const PLACEHOLDER = /\$\$\{|\$\{([^}]*)\}/g;
const CONTENT = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

/**
 * Replaces `${NAME}` and `${NAME:-default}` by values of the environment; `$${` stays as a literal `${`.
 * As in a shell, the default stands in for an unset or empty variable. A name without value and without default is a problem.
 */
export function expandPlaceholders(text: string, environment: Environment): ExpandedText {
  const problems: Omit<Problem, 'path'>[] = [];
  const expanded = text.replace(PLACEHOLDER, (whole: string, content: string | undefined) => {
    if (content === undefined) return '${';
    const parsed = CONTENT.exec(content);
    if (parsed === null) {
      problems.push(malformed(whole));
      return whole;
    }
    const [, name = '', fallback] = parsed;
    const value = environment[name];
    if (fallback !== undefined) return value === undefined || value === '' ? fallback : value;
    if (value === undefined) problems.push(unresolved(name));
    return value ?? whole;
  });
  return { text: expanded, problems };
}

function malformed(whole: string): Omit<Problem, 'path'> {
  return {
    code: 'bad-placeholder',
    message: `"${whole}" is not a placeholder.`,
    fix: 'Write ${NAME} or ${NAME:-default}, or $${ for a literal ${.',
  };
}

function unresolved(name: string): Omit<Problem, 'path'> {
  return {
    code: 'unresolved-placeholder',
    message: `The environment variable ${name} is not set.`,
    fix: `Set it there or in .env beside the network file, or give a default: \${${name}:-value}.`,
  };
}
