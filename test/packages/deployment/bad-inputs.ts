/** One way to use a command wrongly. */
export interface BadInput {
  readonly why: string;
  readonly flags: readonly string[];
  /** 1: problems were found; 2: used wrongly. */
  readonly code: 1 | 2;
  /** What the message says, at least: what is wrong and what to do. */
  readonly says: RegExp;
  /** network.yaml, where it is another one than {@link GOOD}. */
  readonly file?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** False where no hub can be reached. */
  readonly hub?: boolean;
}

/** A network file that is in order. */
export const GOOD = `apiVersion: iotedge-networking/v1
name: shop
computeNetwork: { nodeIps: 10.1.0.10-10.1.0.11, externalServiceIps: 10.1.0.20-10.1.0.30 }
apps:
  web: { image: "web:1", expose: external, ports: { http: 8080 } }
devices: [{ id: store-001 }, { id: store-002 }]
`;

const changed = (from: string, to: string): string => GOOD.replace(from, to);

const USAGE: readonly BadInput[] = [
  { why: 'no command at all', flags: [], code: 2, says: /Usage: iotedge-net/ },
  { why: 'an unknown command', flags: ['valdate'], code: 2, says: /Did you mean validate\?/ },
  { why: 'an unknown option', flags: ['plan', '--jsn'], code: 2, says: /Did you mean --json\?/ },
  { why: 'too many files', flags: ['apply', 'a', 'b'], code: 2, says: /too many arguments.*\n.*--help/ },
  { why: 'no value for an option', flags: ['generate', '--output'], code: 2, says: /argument missing/ },
  { why: 'no file to lint', flags: ['lint'], code: 2, says: /missing required argument 'files'/ },
  {
    why: 'no Service to explain',
    flags: ['explain', 'store-001'],
    code: 2,
    says: /missing required argument 'service'/,
  },
  { why: 'no folder to begin in', flags: ['init'], code: 2, says: /missing required argument 'directory'/ },
  { why: 'a form like another', flags: ['generate', '--form', 'manifst'], code: 2, says: /Did you mean "manifest"\?/ },
  { why: 'a form like none', flags: ['generate', '--form', 'x'], code: 2, says: /Give one of manifest, at-scale/ },
  { why: 'an unknown profile to lint', flags: ['lint', '-p', 'ase', 'x'], code: 2, says: /Give one of ase-k8s/ },
  { why: 'an unknown profile to begin with', flags: ['init', 'x', '-p', 'k8s'], code: 2, says: /Give one of ase-k8s/ },
  { why: 'an unknown format', flags: ['inventory', '-f', 'jsn'], code: 2, says: /Did you mean "json"\?/ },
  { why: 'an unknown view', flags: ['status', '--view', 'devce'], code: 2, says: /Did you mean "device"\?/ },
  { why: 'an unknown tier', flags: ['apply', '--tier', 'S9'], code: 2, says: /Give one of S1, S2, S3/ },
  { why: 'half a unit', flags: ['apply', '--units', '1.5'], code: 2, says: /Give a whole number from 1 on/ },
  { why: 'no unit', flags: ['rollback', '--units', '0'], code: 2, says: /Give a whole number from 1 on/ },
  { why: 'a time that is none', flags: ['apply', '--timeout', 'soon'], code: 2, says: /number of seconds above 0/ },
  { why: 'no time at all', flags: ['apply', '--timeout', ''], code: 2, says: /number of seconds above 0/ },
  { why: 'an interval below zero', flags: ['status', '--interval', '-1'], code: 2, says: /number of seconds above 0/ },
  { why: 'a release that is none', flags: ['plan', '--metallb', 'new'], code: 2, says: /release such as 0\.12/ },
  { why: 'a limit that is none', flags: ['probe', '--limit', 'all'], code: 2, says: /Give a whole number/ },
  { why: 'an unknown schema', flags: ['schema', 'netwrk'], code: 2, says: /Did you mean "network"\?/ },
  { why: 'an unknown shell', flags: ['completion', 'zhs'], code: 2, says: /Did you mean "zsh"\?/ },
  { why: 'a shell like none', flags: ['completion', 'powershell'], code: 2, says: /Known: bash, zsh, fish/ },
  {
    why: 'a Service without namespace',
    flags: ['explain', 'store-001', 'web'],
    code: 2,
    says: /Write NAMESPACE\/SERVICE/,
  },
];

const FILES: readonly BadInput[] = [
  {
    why: 'no such network file',
    flags: ['validate', 'other.yaml'],
    code: 2,
    says: /Cannot read other\.yaml: there is no such file/,
  },
  { why: 'no such file to plan', flags: ['plan', 'other.yaml'], code: 2, says: /there is no such file/ },
  { why: 'no such file to generate from', flags: ['generate', 'other.yaml'], code: 2, says: /there is no such file/ },
  { why: 'no such manifest', flags: ['lint', 'other.json'], code: 2, says: /there is no such file/ },
  {
    why: 'a manifest that is no JSON',
    flags: ['lint', 'network.yaml'],
    code: 1,
    says: /A deployment manifest is JSON/,
  },
  { why: 'an unknown device to plan', flags: ['plan', '-d', 'store-01'], code: 2, says: /Did you mean "store-001"\?/ },
  { why: 'an unknown device to generate for', flags: ['generate', '-d', 'x'], code: 2, says: /Known: store-001/ },
  {
    why: 'an unknown device to apply to',
    flags: ['apply', '-y', '-d', 'store-03'],
    code: 2,
    says: /Did you mean "store-001"\?/,
  },
  { why: 'several devices and one output', flags: ['generate'], code: 2, says: /name one with --device/ },
  {
    why: 'no device to apply to',
    flags: ['apply', '-y'],
    code: 2,
    says: /Add devices/,
    file: GOOD.replace(/devices:.*\n/, ''),
  },
];

const CONTENTS: readonly BadInput[] = [
  { why: 'an empty file', flags: ['validate'], code: 1, says: /The file is empty\. Begin with apiVersion/, file: '' },
  {
    why: 'a tab',
    flags: ['validate'],
    code: 1,
    says: /network\.yaml:2:1: yaml-syntax .*Indent with blanks/,
    file: 'a:\n\t- b',
  },
  {
    why: 'an unknown key',
    flags: ['validate'],
    code: 1,
    says: /network\.yaml:3:1: unknown-key .* Did you mean "computeNetwork"\?/,
    file: changed('computeNetwork', 'computeNetwrk'),
  },
  { why: 'a key given twice', flags: ['validate'], code: 1, says: /duplicate-key/, file: `${GOOD}name: again\n` },
  {
    why: 'no name',
    flags: ['validate'],
    code: 1,
    says: /missing name: is required/,
    file: changed('name: shop\n', ''),
  },
  {
    why: 'an unknown profile',
    flags: ['validate'],
    code: 1,
    says: /Did you mean "kubernetes"\?/,
    file: `${GOOD}profile: kubernetis\n`,
  },
  {
    why: 'an address that is none',
    flags: ['plan'],
    code: 1,
    says: /nothing was planned/,
    file: changed('10.1.0.30', '10.1.0.300'),
  },
  {
    why: 'ranges that overlap',
    flags: ['apply', '-y'],
    code: 1,
    says: /N03 .*share no address/,
    file: changed('10.1.0.20', '10.1.0.11'),
  },
  {
    why: 'a placeholder without value',
    flags: ['generate', '-d', 'store-001'],
    code: 1,
    says: /TAG is not set\. Set it/,
    file: changed('web:1', 'web:${TAG}'),
  },
  {
    why: 'a device listed twice',
    flags: ['validate'],
    code: 1,
    says: /duplicate-device .*Keep one entry/,
    file: changed('store-002', 'store-001'),
  },
  {
    why: 'a group that is not there',
    flags: ['validate'],
    code: 1,
    says: /unknown-group .*Did you mean "north"\?/,
    file: `${changed('id: store-001', 'id: store-001, group: nort')}groups: { north: {} }\n`,
  },
  {
    why: 'a group without groups',
    flags: ['validate'],
    code: 1,
    says: /Add it under groups first/,
    file: changed('id: store-001', 'id: store-001, group: north'),
  },
  {
    why: 'a name no group has',
    flags: ['validate'],
    code: 1,
    says: /invalid-key .*letters, digits/,
    file: `${GOOD}groups: { "a b": {} }\n`,
  },
  {
    why: 'a group that changes an unknown app',
    flags: ['validate'],
    code: 1,
    says: /unknown-app .*Did you mean "web"\?/,
    file: `${changed('id: store-001', 'id: store-001, group: north')}groups: { north: { apps: { wep: { replicas: 2 } } } }\n`,
  },
];

const IMPORTS: readonly BadInput[] = [
  {
    why: 'no such file of devices',
    flags: ['validate', '--devices-from', 'x.csv'],
    code: 1,
    says: /--devices-from:1:1: unreadable .*there is no such file.*Give a CSV or JSON file/,
  },
  {
    why: 'no such file that network.yaml names',
    flags: ['plan'],
    code: 1,
    says: /network\.yaml:7:14: unreadable/,
    file: `${GOOD}devicesFrom: x.csv\n`,
  },
  ...(
    [
      ['an empty table', 'id\n', /devices\.csv:1:1: .*no devices.*Begin with a heading/],
      ['a table without id', 'name\na\n', /devices\.csv:1:1: missing .*no column "id"/],
      ['an unknown column', 'id,nodeIp\na,\n', /devices\.csv:1:4: unknown-key .*Did you mean "nodeIps"\?/],
      ['a column that stands twice', 'id,group,group\na,,\n', /devices\.csv:1:10: duplicate-key .*Keep one/],
      ['a row with too many cells', 'id,group\na,,b\n', /devices\.csv:2:4: .*Put a cell that holds separators/],
      ['a row without id', 'id,nodeIps\n,10.1.0.10-10.1.0.11\n', /devices\.csv:2:1: missing .*Write the device id/],
      ['a quote that does not end', 'id\n"a\n', /devices\.csv:2:1: csv-syntax .*double quotes/],
      ['a range that is none', 'id;nodeIps\na;10.1.0.11-10.1.0.10\n', /devices\.csv:2:3: .*ends before it starts/],
      ['a device that is there with the same value', 'id,group\nstore-001,\nstore-001,\n', /duplicate-device/],
    ] as const
  ).map(([why, table, says]) => ({
    ...{ why, code: 1 as const, says },
    flags: ['validate', '--devices-from', 'devices.csv'],
    files: { 'devices.csv': table },
  })),
  {
    why: 'devices that are no JSON',
    flags: ['validate', '--devices-from', 'd.json'],
    code: 1,
    says: /d\.json:1:2: json-syntax .*Write JSON/,
    files: { 'd.json': '{' },
  },
  {
    why: 'JSON without devices',
    flags: ['validate', '--devices-from', 'd.json'],
    code: 1,
    says: /d\.json:1:1: .*Write for example \[\{/,
    files: { 'd.json': '{}' },
  },
  {
    why: 'a wrong value in JSON',
    flags: ['validate', '--devices-from', 'd.json'],
    code: 1,
    says: /d\.json:1:\d+: .*devices\[2\]\.computeNetwork\.nodeIps/,
    files: { 'd.json': '[{"id":"a","computeNetwork":{"nodeIps":"x"}}]' },
  },
  {
    why: 'a value said twice',
    flags: ['validate', '--devices-from', 'd.csv'],
    code: 1,
    says: /d\.csv:2:11: given-twice .*Keep one of the two/,
    file: changed('id: store-001', 'id: store-001, computeNetwork: { nodeIps: 10.1.0.10-10.1.0.11 }'),
    files: { 'd.csv': 'id,nodeIps\nstore-001,10.1.0.10-10.1.0.11\n' },
  },
  {
    why: 'a value without path',
    flags: ['validate', '--set', '=2'],
    code: 1,
    says: /--set:1:1: bad-set .*Write path=value/,
  },
  { why: 'a path without value', flags: ['plan', '--set', 'name'], code: 1, says: /Write path=value/ },
  { why: 'a path that is none', flags: ['validate', '--set', 'a[b=2'], code: 1, says: /Write path=value/ },
  {
    why: 'a value that is no YAML',
    flags: ['validate', '--set', 'name="x'],
    code: 1,
    says: /is not YAML\. Put it in quotes/,
  },
  {
    why: 'an unknown key that is set',
    flags: ['validate', '--set', 'name=shop', '--set', 'nane=x'],
    code: 1,
    says: /--set:2:1: unknown-key .*Did you mean "name"\?/,
  },
  {
    why: 'an unknown device that is set',
    flags: ['validate', '--set', 'devices[store-01].tags.a=b'],
    code: 1,
    says: /no entry "store-01"\. Did you mean "store-001"\?/,
  },
  {
    why: 'a device behind the last',
    flags: ['validate', '--set', 'devices[7].tags.a=b'],
    code: 1,
    says: /Give 0 to 1 or an id/,
  },
  {
    why: 'a value inside of a value',
    flags: ['validate', '--set', 'name.first=x'],
    code: 1,
    says: /name is a value, it has no "first"/,
  },
];

const SECRET = 'HostName=h;SharedAccessKeyName=s;SharedAccessKey=secret';

const SIGN_IN: readonly BadInput[] = [
  {
    why: 'no hub',
    flags: ['status'],
    code: 2,
    says: /IOTHUB_CONNECTION_STRING is not set\. .*--connection-string-file.*--hub-name/,
    hub: false,
  },
  {
    why: 'no hub to apply to',
    flags: ['apply', '-y'],
    code: 2,
    says: /is not set\. Set it to a service connection string/,
    hub: false,
  },
  { why: 'no hub to compare with', flags: ['plan', '--hub'], code: 2, says: /is not set\. Set it/, hub: false },
  {
    why: 'a connection string as an option',
    flags: ['apply', '--connection-string', SECRET],
    code: 2,
    says: /never stands on the command line.*Set IOTHUB_CONNECTION_STRING/,
  },
  {
    why: 'a connection string as a file',
    flags: ['status', '--connection-string-file', SECRET],
    code: 2,
    says: /never stands on the command line/,
  },
  {
    why: 'a connection string as a hub',
    flags: ['status', `--hub-name=${SECRET}`],
    code: 2,
    says: /never stands on the command line/,
  },
  {
    why: 'no such file of a connection string',
    flags: ['status', '--connection-string-file', 'x'],
    code: 2,
    says: /Cannot read x: there is no such file/,
  },
  {
    why: 'a file that holds something else',
    flags: ['status', '--connection-string-file', 'network.yaml'],
    code: 2,
    says: /network\.yaml: The connection string is no good/,
  },
  {
    why: 'two ways to sign in',
    flags: ['status', '--connection-string-file', 'x', '--hub-name', 'h'],
    code: 2,
    says: /Give one of them/,
  },
  {
    why: 'a hub that is no host',
    flags: ['status', '--hub-name', 'https://h'],
    code: 2,
    says: /is no host name\. Give for example/,
  },
  {
    why: 'a hub of the environment that is no host',
    flags: ['status'],
    code: 2,
    says: /IOTHUB_HOSTNAME: .* is no host name/,
    hub: false,
    environment: { IOTHUB_HOSTNAME: 'a b' },
  },
  {
    why: 'a connection string that is none',
    flags: ['status'],
    code: 2,
    says: /IOTHUB_CONNECTION_STRING: The connection string is no good/,
    hub: false,
    environment: { IOTHUB_CONNECTION_STRING: 'x' },
  },
  { why: 'nobody to ask', flags: ['apply'], code: 2, says: /say --yes/ },
];

/** What no command may take. */
export const BAD_INPUTS: readonly BadInput[] = [...USAGE, ...FILES, ...CONTENTS, ...IMPORTS, ...SIGN_IN];
