/** A check of a name: what is wrong with it, one sentence per broken rule. */
export type NameRule = (name: string) => readonly string[];

const labelPattern = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomainPattern = `${labelPattern}(\\.${labelPattern})*`;
const label1035Pattern = '[a-z]([-a-z0-9]*[a-z0-9])?';
const qualifiedNamePattern = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const labelValuePattern = '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?';

function rule(pattern: string, limit: number, message: string): NameRule {
  const expression = new RegExp(`^${pattern}$`);
  return (name) => [
    ...(name.length > limit ? [`must be no more than ${limit} characters`] : []),
    ...(expression.test(name) ? [] : [message]),
  ];
}

/** RFC 1123 label: namespaces, containers, ports of a Service. */
export const dnsLabel: NameRule = rule(
  labelPattern,
  63,
  `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${labelPattern}')`,
);

/** RFC 1035 label: Services. */
export const dns1035Label: NameRule = rule(
  label1035Pattern,
  63,
  `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '${label1035Pattern}')`,
);

/** RFC 1123 subdomain: most objects. */
export const dnsSubdomain: NameRule = rule(
  subdomainPattern,
  253,
  `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${subdomainPattern}')`,
);

/** What may stand in a path: the names of RBAC objects. */
export const pathSegment: NameRule = (name) => {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return ['/', '%']
    .filter((character) => name.includes(character))
    .map((character) => `may not contain '${character}'`);
};

const qualifiedPart = rule(
  qualifiedNamePattern,
  63,
  `name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${qualifiedNamePattern}')`,
);

/** A key of labels or annotations: an optional DNS prefix and a name. */
export const qualifiedName: NameRule = (name) => {
  const parts = name.split('/');
  if (parts.length > 2) {
    return [
      `a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${qualifiedNamePattern}') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const [prefix, last] = parts.length === 2 ? parts : [undefined, parts[0]];
  const prefixErrors = prefix === undefined ? [] : dnsSubdomain(prefix).map((message) => `prefix part ${message}`);
  return [...prefixErrors, ...(last === '' ? ['name part must be non-empty'] : []), ...qualifiedPart(last ?? '')];
};

/** The value of a label. */
export const labelValue: NameRule = rule(
  labelValuePattern,
  63,
  `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${labelValuePattern}')`,
);

/** The name of a port of a container: at most 15 characters, with a letter (IANA service name). */
export const portName: NameRule = (name) => {
  const errors: string[] = [];
  if (name.length > 15) errors.push('must be no more than 15 characters');
  if (!/^[-a-z0-9]+$/.test(name)) errors.push('must contain only alphanumeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(name)) errors.push('must contain at least one letter (a-z)');
  if (name.includes('--')) errors.push('must not contain consecutive hyphens');
  if (name.startsWith('-') || name.endsWith('-')) errors.push('must not begin or end with a hyphen');
  return errors;
};

/** What is wrong with a port number. */
export function portNumberErrors(port: number): readonly string[] {
  return Number.isInteger(port) && port >= 1 && port <= 65_535 ? [] : ['must be between 1 and 65535, inclusive'];
}

const suffixAlphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** A random ending as the API server and the controllers make it: no vowels, so no words. */
export function randomSuffix(random: () => number, length = 5): string {
  return Array.from({ length }, () => suffixAlphabet[Math.floor(random() * suffixAlphabet.length)]).join('');
}

/** A name from `generateName`. */
export function generatedName(base: string, random: () => number): string {
  return base.slice(0, 58) + randomSuffix(random);
}
