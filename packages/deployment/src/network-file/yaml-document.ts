import { LineCounter, parseDocument, visit, type Document, type Scalar, type YAMLError } from 'yaml';
import { expandPlaceholders, type Environment } from './environment-placeholders.ts';
import { readPlaceholderValue } from './plain-scalar.ts';
import type { PlacedProblem } from './placed-problem.ts';
import { createLocator, type Locate, type SourcePosition } from './source-position.ts';

/** A YAML text that was read as far as it goes. */
export interface YamlDocument {
  /** The plain value; undefined when the syntax does not allow one. */
  readonly value: unknown;
  readonly readable: boolean;
  readonly locate: Locate;
  readonly problems: readonly PlacedProblem[];
}

/**
 * Reads one YAML document: syntax errors, duplicate keys, unknown anchors and tags and unresolved placeholders are problems with positions.
 * A placeholder in a plain scalar is read as YAML reads a plain scalar (`replicas: ${N}` gives a number), in a quoted one it stays text.
 * Merge keys (`<<: *defaults`) are understood.
 */
export function readYaml(text: string, file: string, environment: Environment): YamlDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true, stringKeys: true });
  const at = (offset: number): SourcePosition => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const syntax = [...document.errors, ...document.warnings].map((error) => ({
    file,
    ...at(error.pos[0]),
    ...describeYamlError(error, text),
  }));
  const others = [...unknownAnchors(document), ...fillPlaceholders(document, environment)].map((found) => ({
    file,
    ...at(found.offset),
    ...found.problem,
  }));
  const readable = [...syntax, ...others].every((problem) => isPassable(problem.code));
  const converted = readable ? toPlain(document) : { value: undefined };
  const problems = [...firstPerLine(syntax), ...others];
  const locate = createLocator(document, lines);
  if (!('failure' in converted)) return { value: converted.value, readable, locate, problems };
  const failure: PlacedProblem = { file, line: 1, column: 1, ...converted.failure };
  return { value: undefined, readable: false, locate, problems: [...problems, failure] };
}

/** Problems after which the rest of the document still means what it says. */
function isPassable(code: string): boolean {
  return ['duplicate-key', 'unresolved-placeholder', 'bad-placeholder'].includes(code);
}

function firstPerLine(problems: readonly PlacedProblem[]): readonly PlacedProblem[] {
  return problems.filter((problem, index) => problems.findIndex((other) => other.line === problem.line) === index);
}

interface YamlProblem {
  readonly code: string;
  readonly path: string;
  readonly message: string;
  readonly fix?: string;
}

function describeYamlError(error: YAMLError, text: string): YamlProblem {
  if (error.code === 'DUPLICATE_KEY') {
    const key = /^[^:\s]*/.exec(text.slice(error.pos[0]))?.[0] ?? '';
    return { code: 'duplicate-key', path: '', message: `${key} is given twice here.`, fix: 'Keep one of them.' };
  }
  if (error.code === 'MULTIPLE_DOCS') {
    const message = 'The file holds several YAML documents; one is expected.';
    return { code: 'yaml-syntax', path: '', message, fix: 'Remove the --- line and what follows it.' };
  }
  if (/call stack/i.test(error.message)) return TOO_DEEP;
  const message = error.message.endsWith('.') ? error.message : `${error.message}.`;
  if (error.code === 'TAB_AS_INDENT') return { code: 'yaml-syntax', path: '', message, fix: 'Indent with blanks.' };
  return { code: 'yaml-syntax', path: '', message };
}

const TOO_DEEP: YamlProblem = { code: 'yaml-syntax', path: '', message: 'The text nests too deeply to be read.' };

const TOO_MANY_ALIASES: YamlProblem = {
  ...{ code: 'yaml-syntax', path: '', message: 'The aliases of the file stand for far more text than it has.' },
  fix: 'Write the values out instead of anchors inside of anchors.',
};

interface FoundProblem {
  readonly offset: number;
  readonly problem: YamlProblem;
}

function unknownAnchors(document: Document): readonly FoundProblem[] {
  const found: FoundProblem[] = [];
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document) !== undefined) return;
      const message = `*${alias.source} names no anchor that stands before it.`;
      const fix = `Define it with &${alias.source}, or put the text in quotes.`;
      found.push({ offset: alias.range?.[0] ?? 0, problem: { code: 'unknown-anchor', path: '', message, fix } });
    },
  });
  return found;
}

function fillPlaceholders(document: Document, environment: Environment): readonly FoundProblem[] {
  const found: FoundProblem[] = [];
  visit(document, {
    Scalar(key, scalar) {
      if (key === 'key' || typeof scalar.value !== 'string' || !scalar.value.includes('${')) return;
      const { text, problems } = expandPlaceholders(scalar.value, environment);
      const offset = scalar.range?.[0] ?? 0;
      found.push(...problems.map((problem) => ({ offset, problem: { ...problem, path: '' } })));
      scalar.value = typedValue(scalar, text);
    },
  });
  return found;
}

function typedValue(scalar: Scalar, text: string): unknown {
  return scalar.type === 'PLAIN' ? readPlaceholderValue(text) : text;
}

function toPlain(document: Document): { readonly value: unknown } | { readonly failure: YamlProblem } {
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) as unknown };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (/alias/i.test(message)) return { failure: TOO_MANY_ALIASES };
    return { failure: { code: 'yaml-syntax', path: '', message: `${message}.` } };
  }
}
