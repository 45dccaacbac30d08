import assert from 'node:assert/strict';
import { HubStore, SYSTEM_SOURCES } from '../../../../packages/simulator/src/hub/hub-store.ts';
import { createDevice } from '../../../../packages/simulator/src/hub/identities.ts';
import { routeMessage } from '../../../../packages/simulator/src/hub/message-routing.ts';
import { replaceDesired } from '../../../../packages/simulator/src/hub/twins.ts';

function destinations(
  routes: object | undefined,
  output: string | undefined,
  moduleId: string | undefined = 'a',
): string {
  const store = new HubStore(SYSTEM_SOURCES);
  createDevice(store, 'd', { capabilities: { iotEdge: true } });
  if (routes !== undefined) replaceDesired(store, { deviceId: 'd', moduleId: '$edgeHub' }, { routes });
  const message = {
    deviceId: 'd',
    moduleId,
    output,
    enqueuedTime: '',
    body: Buffer.from(''),
    system: {},
    properties: {},
  };
  const { upstream, inputs } = routeMessage(store, message);
  return [
    ...(upstream ? ['upstream'] : []),
    ...inputs.map(({ address, input }) => `${address.moduleId ?? ''}:${input}`),
  ].join(' ');
}

describe('[unit] routes between modules', () => {
  const toB = 'BrokeredEndpoint("/modules/b/inputs/in")';
  const table: readonly [routes: object | undefined, output: string | undefined, reached: string][] = [
    [undefined, 'out', 'upstream'],
    [{}, 'out', ''],
    [{ r: 'FROM /messages/* INTO $upstream' }, 'out', 'upstream'],
    [{ r: 'FROM /* INTO $upstream' }, undefined, 'upstream'],
    [{ r: 'from /messages/modules/A/* into $UPSTREAM' }, 'out', 'upstream'],
    [{ r: 'FROM /messages/modules/b/* INTO $upstream' }, 'out', ''],
    [{ r: 'FROM /messages/modules/a/outputs/* INTO $upstream' }, undefined, ''],
    [{ r: `FROM /messages/modules/a/outputs/out INTO ${toB}` }, 'out', 'b:in'],
    [{ r: `FROM /messages/modules/a/outputs/other INTO ${toB}` }, 'out', ''],
    [
      { r: { route: `FROM /messages/* WHERE x = 1 INTO ${toB}`, priority: 0 }, s: 'FROM /messages/* INTO $upstream' },
      'out',
      'upstream b:in',
    ],
    [{ r: 'nonsense', s: 5, t: 'FROM /messages/* INTO BrokeredEndpoint("/elsewhere")' }, 'out', ''],
  ];
  for (const [routes, output, reached] of table)
    it(`${JSON.stringify(routes)} takes ${output ?? 'an event'} to '${reached}'`, () =>
      assert.equal(destinations(routes, output), reached));
});
