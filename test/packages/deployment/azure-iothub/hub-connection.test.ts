import assert from 'node:assert/strict';
import { parseHubConnection } from '../../../../packages/deployment/src/azure-iothub/hub-connection.ts';
import { HubError } from '../../../../packages/deployment/src/commands/hub-gateway.ts';

const KEY = 'SharedAccessKeyName=service;SharedAccessKey=a2V5PT0=';

const READ: readonly { why: string; text: string; hostName: string; restPort?: number; clean: string }[] = [
  {
    why: 'a hub of Azure',
    text: `HostName=contoso.azure-devices.net;${KEY}`,
    hostName: 'contoso.azure-devices.net',
    clean: `HostName=contoso.azure-devices.net;${KEY}`,
  },
  {
    why: 'the local simulator',
    text: `HostName=localhost;${KEY};RestPort=5443`,
    hostName: 'localhost',
    restPort: 5443,
    clean: `HostName=localhost;${KEY}`,
  },
  {
    why: 'a port behind the host',
    text: `HostName=localhost:5443;${KEY}`,
    hostName: 'localhost',
    restPort: 5443,
    clean: `HostName=localhost;${KEY}`,
  },
  {
    why: 'white space around and a semicolon at the end',
    text: ` HostName=h;${KEY};\n`,
    hostName: 'h',
    clean: `HostName=h;${KEY}`,
  },
];

const REFUSED: readonly { why: string; text: string; message: RegExp }[] = [
  { why: 'nothing', text: '', message: /has no HostName and no SharedAccessKeyName and no SharedAccessKey\./ },
  {
    why: 'a device’s connection string',
    text: 'HostName=h;DeviceId=d;SharedAccessKey=secret',
    message: /has no SharedAccessKeyName\. Take it from/,
  },
  { why: 'some other text', text: 'contoso', message: /has no HostName/ },
  {
    why: 'a port that is none',
    text: `HostName=h;${KEY};RestPort=https`,
    message: /has the port "https", which is none/,
  },
];

describe('[unit] hub connection', () => {
  for (const { why, text, hostName, restPort, clean } of READ)
    it(`reads ${why}`, () =>
      assert.deepEqual(parseHubConnection(text), { hostName, restPort, connectionString: clean }));

  for (const { why, text, message } of REFUSED)
    it(`refuses ${why} without showing the key`, () =>
      assert.throws(
        () => parseHubConnection(text),
        (error: unknown) =>
          error instanceof HubError && message.test(error.message) && !/a2V5|secret/.test(error.message),
      ));
});
