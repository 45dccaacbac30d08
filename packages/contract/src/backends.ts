import { formatLabelSelector, parseLabelSelector, type LabelSelector } from './label-selector.ts';

/** What stands behind a Service of ours: the pods of named IoT Edge modules, or the pods a selector matches. */
export type Backends =
  | { readonly kind: 'modules'; readonly modules: readonly string[] }
  | { readonly kind: 'selector'; readonly selector: LabelSelector };

/** Reads `modules:a,b` or `selector:app=web`; undefined when it is neither or names nothing. */
export function parseBackends(text: string): Backends | undefined {
  if (text.startsWith('modules:')) {
    const modules = text
      .slice('modules:'.length)
      .split(',')
      .map((name) => name.trim());
    return modules.includes('') ? undefined : { kind: 'modules', modules };
  }
  if (!text.startsWith('selector:')) return undefined;
  const selector = parseLabelSelector(text.slice('selector:'.length));
  return selector === undefined || selector.length === 0 ? undefined : { kind: 'selector', selector };
}

/** Writes backends in the form that {@link parseBackends} reads. */
export function formatBackends(backends: Backends): string {
  return backends.kind === 'modules'
    ? `modules:${backends.modules.join(',')}`
    : `selector:${formatLabelSelector(backends.selector)}`;
}
