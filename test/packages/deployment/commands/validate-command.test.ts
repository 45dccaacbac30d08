import assert from 'node:assert/strict';
import { runCli } from '../../../../packages/deployment/src/cli.ts';
import { recordedIo } from '../recorded-io.ts';

const GOOD = `apiVersion: iotedge-networking/v1
name: shop
apps:
  web: { image: nginx:1, replicas: 2, expose: external, ports: { http: { port: 80 } } }
devices: [{ id: store-001 }, { id: store-002 }]
`;
const BAD = GOOD.replace('replicas', 'replics').replace('expose: external', 'expose: extern');

describe('[unit] iotedge-net validate', () => {
  it('prints a summary with the largest twin of a good file', async () => {
    const io = recordedIo({ files: { 'network.yaml': GOOD } });
    assert.equal(await runCli(['validate'], io), 0);
    assert.match(
      io.out(),
      /^network\.yaml: no problems; 2 devices, 1 app, 0 services; largest twin \$edgeAgent of store-001: \d+ of 32768 bytes\n$/,
    );
    assert.equal(io.err(), '');
  });

  it('prints every problem with its place, then how many', async () => {
    const io = recordedIo({ files: { 'net.yaml': BAD } });
    assert.equal(await runCli(['validate', 'net.yaml'], io), 1);
    assert.equal(
      io.out(),
      'net.yaml:4:26: unknown-key apps.web.replics: "replics" is not a known key. Did you mean "replicas"?\n' +
        'net.yaml:4:46: invalid-value apps.web.expose: "extern" is not one of external, internal, none. Did you mean "external"?\n' +
        'net.yaml: 2 problems\n',
    );
  });

  it('prints one JSON document', async () => {
    const io = recordedIo({ files: { 'network.yaml': BAD } });
    assert.equal(await runCli(['validate', '--json'], io), 1);
    const document = JSON.parse(io.out()) as {
      ok: boolean;
      problems: { code: string; line: number; column: number }[];
    };
    assert.equal(document.ok, false);
    assert.deepEqual(
      document.problems.map(({ code, line, column }) => ({ code, line, column })),
      [
        { code: 'unknown-key', line: 4, column: 26 },
        { code: 'invalid-value', line: 4, column: 46 },
      ],
    );
  });

  it('lets warnings pass and counts them', async () => {
    const text = 'apiVersion: iotedge-networking/v1\nname: shop\nprofile: vm\n';
    const io = recordedIo({ files: { 'network.yaml': text } });
    assert.equal(await runCli(['validate'], io), 0);
    assert.match(
      io.out(),
      /^network\.yaml:1:1: warning missing networkingModule\.env: .*\nnetwork\.yaml: 1 warning; 0 devices/,
    );
  });
});
