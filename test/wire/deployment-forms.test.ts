import assert from 'node:assert/strict';
import type { Configuration } from 'azure-iothub';
import {
  generateForm,
  generateManifest,
  desiredOf,
  readNetworkFile,
  type Form,
  type FormInput,
} from '@iotedge-networking/deployment';
import { readFile } from 'node:fs/promises';
import { eventually } from '../support/eventually.ts';
import { startHubFixture, type HubFixture } from '../support/hub-fixture.ts';

const FLEET = new URL('../../deployment-templates/fleet/network.yaml', import.meta.url);

interface Document {
  readonly path: string;
  readonly device?: string;
  readonly content: Readonly<Record<string, unknown>>;
}

describe('[wire] forms of deployment', function () {
  this.timeout(15_000);
  let fixture: HubFixture;
  let input: FormInput;

  beforeEach(async () => {
    fixture = await startHubFixture();
    const outcome = readNetworkFile(await readFile(FLEET, 'utf8'), { file: 'network.yaml', environment: {} });
    assert.ok(outcome.ok);
    const { network, file } = outcome.value;
    input = { network, file, devices: network.devices, folders: [] };
    for (const { id, tags } of network.devices) fixture.hub.ensureDevice({ deviceId: id, iotEdge: true, tags });
  });
  afterEach(() => fixture.close());

  const documents = (form: Form): readonly Document[] =>
    [...generateForm(form, input).files].map(({ path, text, device }) => ({
      path,
      device,
      content: JSON.parse(text) as Readonly<Record<string, unknown>>,
    }));

  const create = async (form: Form): Promise<void> => {
    for (const { content } of documents(form))
      await fixture.registry.addConfiguration(content as unknown as Configuration);
  };

  /** What the lines of the form `desired` do: tags and desired properties of each networking module. */
  const writeOwn = async (): Promise<void> => {
    const own = new Map(documents('desired').map(({ device, content }) => [device, content]));
    for (const { id, tags } of input.devices)
      await fixture.registry.updateModuleTwin(
        id,
        'networking',
        { tags, properties: { desired: own.get(id) ?? {} } },
        '*',
      );
  };

  const settled = (twin: string) => async (): Promise<void> => {
    for (const device of input.devices) {
      const wanted =
        twin === 'networking'
          ? desiredOf(input.network, device)
          : generateManifest(input.network, device).modulesContent.$edgeAgent['properties.desired'];
      await eventually(`${twin} of ${device.id}`, () => {
        const held = { ...fixture.hub.desired(device.id, twin) };
        return same(withoutPins(held), withoutPins(wanted));
      });
    }
  };

  it('base deployment, module configuration and own properties together give each device what its manifest would', async () => {
    await create('at-scale');
    await eventually('the modules', () =>
      input.devices.every(({ id }) => fixture.hub.identity(id, 'networking') !== undefined),
    );
    await create('module-configuration');
    await writeOwn();
    await settled('networking')();
    await settled('$edgeAgent')();
  });

  it('a layer on somebody else’s base does the same, and leaves the base’s own modules alone', async () => {
    const agent = {
      schemaVersion: '1.1',
      runtime: { type: 'docker' },
      systemModules: {},
      modules: { theirs: { type: 'docker' } },
    };
    const modulesContent = {
      $edgeAgent: { 'properties.desired': agent },
      $edgeHub: { 'properties.desired': { schemaVersion: '1.0', routes: { theirs: 'FROM /* INTO $upstream' } } },
    };
    const base = { id: 'theirs', targetCondition: '*', priority: 1, content: { modulesContent } };
    await fixture.registry.addConfiguration(base as unknown as Configuration);
    await create('layered');
    await eventually('the modules', () =>
      input.devices.every(({ id }) => fixture.hub.identity(id, 'networking') !== undefined),
    );
    await writeOwn();
    await settled('networking')();
    for (const device of input.devices) {
      const wanted = generateManifest(input.network, device).modulesContent.$edgeAgent['properties.desired'].modules;
      const { modules } = fixture.hub.desired(device.id, '$edgeAgent');
      assert.deepEqual(withoutPins(modules), withoutPins({ theirs: { type: 'docker' }, ...wanted }), device.id);
      const { routes } = fixture.hub.desired(device.id, '$edgeHub');
      assert.deepEqual(Object.keys(routes as object).sort(), ['networkEventsToUpstream', 'theirs']);
    }
  });

  it('an exchanged module configuration touches no module', async () => {
    await create('at-scale');
    await eventually('the modules', () => fixture.hub.identity('store-001', 'networking') !== undefined);
    await writeOwn();
    const version = fixture.hub.desired('store-001', '$edgeAgent')['$version'];
    await create('module-configuration');
    await settled('networking')();
    assert.equal(fixture.hub.desired('store-001', '$edgeAgent')['$version'], version);
  });

  it('counts by its metrics what the networking modules report', async () => {
    await create('at-scale');
    await eventually('the modules', () => fixture.hub.identity('store-001', 'networking') !== undefined);
    await writeOwn();
    await create('module-configuration');
    await settled('networking')();
    fixture.hub.patchReported('store-001', 'networking', { desired: { state: 'applied' }, summary: { poolFree: 7 } });
    fixture.hub.patchReported('store-002', 'networking', { desired: { state: 'rejected' }, summary: { poolFree: 0 } });
    const expected = { reported: 2, applied: 1, refused: 1, poolExhausted: 1 };
    for (const id of ['stores', 'stores-services']) {
      const { responseBody } = await fixture.registry.getConfiguration(id);
      const { metrics } = responseBody as unknown as { metrics: { results: unknown } };
      assert.deepEqual(metrics.results, expected, id);
    }
  });
});

/** The address in create options is a matter of the form: at scale the networking module sets it. */
function withoutPins(value: unknown): unknown {
  const text = JSON.stringify(value, (key, inner: unknown) =>
    /^\$(version|metadata)$/.test(key) ? undefined : inner,
  ).replaceAll(/,\\"loadBalancerIP\\":\\"[^"]*\\"|\\"loadBalancerIP\\":\\"[^"]*\\",/g, '');
  return JSON.parse(text) as unknown;
}

function same(one: unknown, other: unknown): boolean {
  try {
    assert.deepEqual(one, other);
    return true;
  } catch {
    return false;
  }
}
