import { isNode, parseDocument, visit } from 'yaml';
import { YamlScalar } from './field-reader.ts';

/** Anchors may be used this often for everything they stand for, so that a small text cannot grow without bounds. */
const MAX_ALIASES = 100;

/**
 * Reads YAML 1.1 as plain maps and lists, anchors followed and `<<` merged, every scalar with its spelling. Gives undefined
 * for a document that says nothing, and for one that cannot be read, which is told.
 */
export function readYaml(text: string, tell: (message: string) => void): unknown {
  const document = parseDocument(text, { version: '1.1', schema: 'yaml-1.1', merge: true, stringKeys: true });
  for (const { message } of document.errors) tell(message.split('\n', 1).join());
  if (document.errors.length > 0) return undefined;
  visit(document, {
    Scalar: (role, node) => {
      if (role !== 'key' && node.value !== null) node.value = new YamlScalar(node.value, String(node.source));
    },
  });
  try {
    const root: unknown = isNode(document.contents) ? document.toJS({ maxAliasCount: MAX_ALIASES }) : undefined;
    return root === null ? undefined : root;
  } catch (error) {
    tell(String(error));
    return undefined;
  }
}
