import assert from 'node:assert/strict';
import { createAzureHubGateway } from '../../packages/deployment/src/azure-iothub/azure-hub-gateway.ts';
import { connectClientsAs, type TokenCredential } from '../../packages/deployment/src/azure-iothub/hub-connection.ts';
import { runCli } from '../../packages/deployment/src/cli.ts';
import type { HubGateway } from '../../packages/deployment/src/commands/hub-gateway.ts';
import { recordedIo } from '../packages/deployment/recorded-io.ts';
import { startHubFixture, useAgent, type HubFixture } from '../support/hub-fixture.ts';

/** A credential that gives one token and remembers for what it was asked. */
function credentialOf(token: string, scopes: string[] = []): TokenCredential {
  return {
    getToken: (asked) => {
      scopes.push(...[asked].flat());
      return Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 });
    },
  };
}

describe('[wire] sign-in with Microsoft Entra ID', function () {
  this.timeout(20_000);
  let fixture: HubFixture;

  before(async () => {
    fixture = await startHubFixture({ bearerTokens: ['token-of-alice'] });
    fixture.hub.ensureDevice({ deviceId: 'store-001' });
  });
  after(() => fixture.close());

  const signIn = (credential: TokenCredential): HubGateway => {
    const { registry, client } = connectClientsAs({ hostName: fixture.hub.hostName }, credential);
    const clients = { registry: useAgent(registry, fixture.agent), client: useAgent(client, fixture.agent) };
    return createAzureHubGateway(clients, fixture.hub.hostName);
  };

  it('reads as whoever is signed in, with a token for IoT Hub', async () => {
    const scopes: string[] = [];
    const device = await signIn(credentialOf('token-of-alice', scopes)).getDevice('store-001');
    assert.equal(device?.id, 'store-001');
    assert.deepEqual([...new Set(scopes)], ['https://iothubs.azure.net/.default']);
  });

  it('writes, and calls methods, with the same token', async () => {
    const gateway = signIn(credentialOf('token-of-alice'));
    await gateway.mergeTags('store-001', { role: 'store' });
    assert.deepEqual((await gateway.getDevice('store-001'))?.tags, { role: 'store' });
    await assert.rejects(gateway.invokeMethod('store-001', 'networking', { name: 'explain', payload: {} }), {
      status: 404,
    });
  });

  it('says what to check when the hub does not take the token', async () => {
    await assert.rejects(signIn(credentialOf('token-of-mallory')).getDevice('store-001'), {
      status: 401,
      message: /refused the credentials\..* the role IoT Hub Data Contributor/,
    });
  });

  it('says how to sign in when there is no token', async () => {
    const nobody: TokenCredential = {
      getToken: () =>
        Promise.reject(
          Object.assign(new Error('No credential worked.\nAll of them.'), { name: 'AggregateAuthenticationError' }),
        ),
    };
    await assert.rejects(signIn(nobody).getDevice('store-001'), {
      message: /Nobody is signed in to Microsoft Entra ID for .*: No credential worked\. Run az login/,
    });
  });

  it('serves a command by --hub-name', async () => {
    const hosts: string[] = [];
    const connectWithEntra = (host: string): Promise<HubGateway> => {
      hosts.push(host);
      return Promise.resolve(signIn(credentialOf('token-of-alice')));
    };
    const io = { ...recordedIo(), connectWithEntra };
    assert.equal(await runCli(['status', '--hub-name', 'contoso', '--device', 'store-001'], io), 1);
    assert.deepEqual([hosts, io.err()], [['contoso.azure-devices.net'], '']);
    assert.match(io.out(), /store-001: not applied/);
  });
});
