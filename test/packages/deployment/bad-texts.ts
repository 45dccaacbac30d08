import { changed, GOOD, type BadInput } from './bad-input.ts';

/** A text as it is read when its bytes are UTF-16. */
const utf16 = (text: string): string => `\ufffd\ufffd${text.replaceAll(/(?=[^])/g, '\u0000')}`;

const ALIASES = ['&a0 [x,x,x,x,x,x,x,x,x]', ...Array.from({ length: 8 }, (_, level) => nested(level))]
  .map((value, index) => `a${index}: ${value}\n`)
  .join('');

function nested(level: number): string {
  return `&a${level + 1} [${Array.from({ length: 9 }, () => `*a${level}`).join()}]`;
}

/** Texts and values that no network file may have. */
export const BAD_TEXTS: readonly BadInput[] = [
  {
    why: 'a network file in UTF-16',
    flags: ['validate'],
    code: 1,
    says: /network\.yaml:1:1: encoding The file is not UTF-8 text\. Save it as UTF-8/,
    file: utf16(GOOD),
  },
  {
    why: 'a table in an old code page',
    flags: ['validate', '--devices-from', 'd.csv'],
    code: 1,
    says: /d\.csv:2:4: encoding .*"CSV UTF-8"/,
    files: { 'd.csv': 'id,tags.city\na,Z\ufffdrich\n' },
  },
  {
    why: 'a manifest in UTF-16',
    flags: ['lint', 'm.json'],
    code: 1,
    says: /m\.json:1:1: error encoding .*Save it as UTF-8/,
    files: { 'm.json': utf16('{}') },
  },
  {
    why: 'a list instead of a network',
    flags: ['plan'],
    code: 1,
    says: /network\.yaml:1:1: invalid-type must be an object \(name: value\), not a list/,
    file: '[1, 2]',
  },
  {
    why: 'a text instead of a network',
    flags: ['validate'],
    code: 1,
    says: /must be an object \(name: value\), not a text/,
    file: 'hello',
  },
  {
    why: 'devices that are no list',
    flags: ['validate'],
    code: 1,
    says: /devices: must be a list, not an object/,
    file: changed('[{ id: store-001 }, { id: store-002 }]', '{}'),
  },
  {
    why: 'a number in words, with the line ends of Windows',
    flags: ['validate'],
    code: 1,
    says: /network\.yaml:5:20: invalid-type apps\.web\.replicas: must be a number, not a text/,
    file: changed('image: "web:1"', 'replicas: two, image: "web:1"').replaceAll('\n', '\r\n'),
  },
  {
    why: 'a truth value where a text belongs, behind a byte order mark',
    flags: ['validate'],
    code: 1,
    says: /network\.yaml:5:17: invalid-type apps\.web\.image: must be a text, not true/,
    file: `\ufeff${changed('"web:1"', 'true')}`,
  },
  {
    why: 'a profile that is a number',
    flags: ['validate'],
    code: 1,
    says: /profile: 7 is not one of ase-k8s, vm, kubernetes\.\n/,
    file: `${GOOD}profile: 7\n`,
  },
  {
    why: 'an alias without anchor',
    flags: ['validate'],
    code: 1,
    says: /unknown-anchor \*base names no anchor .*put the text in quotes/,
    file: changed('{ id: store-001 }', '*base'),
  },
  {
    why: 'aliases that grow without end',
    flags: ['validate'],
    code: 1,
    says: /far more text than it has\. Write the values out/,
    file: `${GOOD}${ALIASES}`,
  },
  {
    why: 'a text that nests without end',
    flags: ['validate'],
    code: 1,
    says: /nests too deeply/,
    file: `${GOOD}x: ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`,
  },
  {
    why: 'several documents',
    flags: ['validate'],
    code: 1,
    says: /network\.yaml:7:1: yaml-syntax .*Remove the --- line/,
    file: `${GOOD}---\nname: two\n`,
  },
  {
    why: 'an image that is empty',
    flags: ['validate'],
    code: 1,
    says: /apps\.web\.image: must be a text, not empty/,
    file: changed('"web:1"', ''),
  },
  {
    why: 'a version that YAML takes for a number',
    flags: ['validate'],
    code: 1,
    says: /runtime\.version: must be a text, not the number 1\.5\. Put it in quotes\./,
    file: `${GOOD}runtime: { version: 1.5 }\n`,
  },
  {
    why: 'more replicas than there can be',
    flags: ['validate'],
    code: 1,
    says: /too-big apps\.web\.replicas: must be 20 or less, not 50\./,
    file: changed('image: "web:1"', 'replicas: 50, image: "web:1"'),
  },
  {
    why: 'half a device',
    flags: ['validate', '--set', 'computeNetwork.deviceNodes=1.5'],
    code: 1,
    says: /must be a whole number, not the number 1\.5\./,
  },
  {
    why: 'a priority below zero',
    flags: ['validate', '--set', 'deployments=[{ id: a, targetCondition: "*", priority: -1 }]'],
    code: 1,
    says: /deployments\[0\]\.priority: must be 0 or more, not -1\./,
  },
  {
    why: 'no devices in the list',
    flags: ['validate', '--set', 'devices=[]'],
    code: 1,
    says: /too-small devices: may not be empty\./,
  },
  {
    why: 'a gateway with a prefix',
    flags: ['validate'],
    code: 1,
    says: /computeNetwork\.gateway: "10\.1\.0\.1\/24" is not an IP address/,
    file: changed('{ nodeIps', '{ gateway: 10.1.0.1/24, nodeIps'),
  },
  {
    why: 'registry credentials that are not set',
    flags: ['apply', '-y'],
    code: 2,
    says: /registryCredentials: PULL is not set\. Set it in the environment or in \.env beside/,
    file: `${GOOD}registryCredentials: { r: { address: r.example.com, username: me, password: $PULL } }\n`,
  },
];
