/** The apt sources of a machine, as texts: one-line files (`*.list`) and deb822 files (`*.sources`). */
export interface AptSources {
  readonly list: readonly string[];
  readonly deb822: readonly string[];
}

/** The same two kinds of text, with everything else left out and source packages added. */
export interface SourcePackageSources {
  readonly list: string;
  readonly deb822: string;
}

/**
 * From a machine's apt sources those of the Debian release `codename` (with its updates and security suites, component main), each asking for source
 * packages as well. Options such as Signed-By are kept, so that the machine's own mirrors and keys are used; other repositories stay outside.
 */
export function sourcePackageSources({ list, deb822 }: AptSources, codename: string): SourcePackageSources {
  const lines = list.flatMap((text) => text.split('\n')).filter((line) => isDebianLine(line, codename));
  const stanzas = deb822
    .flatMap((text) => text.split(/\n[ \t]*\n/))
    .filter((stanza) => isDebianStanza(stanza, codename));
  return {
    list: lines.flatMap((line) => [`${line}\n`, `${line.replace(/^\s*deb\s/, 'deb-src ')}\n`]).join(''),
    deb822: stanzas.map((stanza) => `${withSourcePackages(stanza)}\n\n`).join(''),
  };
}

function isDebianLine(line: string, codename: string): boolean {
  const [, suite = '', components = ''] = /^\s*deb\s+(?:\[[^\]]*\]\s+)?\S+\s+(\S+)\s+([^#]*)/.exec(line) ?? [];
  return isSuite(suite, codename) && words(components).includes('main');
}

function isDebianStanza(stanza: string, codename: string): boolean {
  return (
    words(field(stanza, 'Types')).includes('deb') &&
    words(field(stanza, 'Components')).includes('main') &&
    words(field(stanza, 'Suites')).some((suite) => isSuite(suite, codename)) &&
    field(stanza, 'Enabled').trim().toLowerCase() !== 'no'
  );
}

function withSourcePackages(stanza: string): string {
  const kept = stanza.split('\n').filter((line) => !line.startsWith('#') && !/^Types\s*:/i.test(line));
  return ['Types: deb deb-src', ...kept].join('\n').trimEnd();
}

function isSuite(suite: string, codename: string): boolean {
  return [codename, `${codename}-updates`, `${codename}-security`].includes(suite);
}

function field(stanza: string, name: string): string {
  return new RegExp(`^${name}[ \\t]*:(.*)$`, 'im').exec(stanza)?.[1] ?? '';
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
