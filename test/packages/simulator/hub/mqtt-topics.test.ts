import assert from 'node:assert/strict';
import { maySubscribe, parseDeviceTopic } from '../../../../packages/simulator/src/hub/mqtt/mqtt-topics.ts';
import { parseMqttUserName } from '../../../../packages/simulator/src/hub/mqtt/mqtt-user-name.ts';
import { formatPropertyBag, parsePropertyBag } from '../../../../packages/simulator/src/hub/mqtt/property-bag.ts';

const MODULE = { deviceId: 'd 1', moduleId: 'm 1' };

describe('[unit] topics of the hub', () => {
  const topics: readonly [topic: string, request: object | undefined][] = [
    ['$iothub/twin/GET/?$rid=a%20b', { kind: 'twin-get', rid: 'a%20b' }],
    ['$iothub/twin/PATCH/properties/reported/?$rid=1&x=2', { kind: 'reported-patch', rid: '1' }],
    ['$iothub/methods/res/200/?$rid=ff', { kind: 'method-response', status: 200, rid: 'ff' }],
    ['$iothub/methods/res/-1/?$rid=1', { kind: 'method-response', status: -1, rid: '1' }],
    ['devices/d 1/modules/m 1/messages/events', { kind: 'message', bag: { system: {}, properties: {} } }],
    [
      'devices/d 1/modules/m 1/messages/events/%24.on=out1&a=b%26c&flag/',
      { kind: 'message', bag: { system: { '$.on': 'out1' }, properties: { a: 'b&c', flag: '' } } },
    ],
    ['$iothub/twin/GET/', undefined],
    ['$iothub/twin/GET/?rid=1', undefined],
    ['$iothub/methods/res/ok/?$rid=1', undefined],
    ['$iothub/methods/POST/x/?$rid=1', undefined],
    ['devices/d 1/messages/events/', undefined],
    ['devices/d 1/modules/m 1/messages/eventsx', undefined],
  ];
  for (const [topic, request] of topics)
    it(`${request === undefined ? 'refuses' : 'reads'} ${topic}`, () =>
      assert.deepEqual(parseDeviceTopic(topic, MODULE), request));

  const filters: readonly [filter: string, module: boolean, device: boolean][] = [
    ['$iothub/twin/res/#', true, true],
    ['$iothub/twin/PATCH/properties/desired/#', true, true],
    ['$iothub/methods/POST/#', true, true],
    ['devices/d 1/modules/m 1/inputs/#', true, false],
    ['devices/d 1/modules/m 1/inputs/in1/#', true, false],
    ['devices/d 1/modules/m 1/inputs/+/#', false, false],
    ['devices/d 1/messages/devicebound/#', false, true],
    ['devices/d 1/modules/other/inputs/#', false, false],
    ['devices/+/modules/m 1/inputs/#', false, false],
    ['#', false, false],
  ];
  for (const [filter, module, device] of filters)
    it(`lets ${module ? 'a module' : ''}${device ? ' a device' : ''}${module || device ? '' : 'nobody'} subscribe ${filter}`, () => {
      assert.equal(maySubscribe(filter, MODULE), module);
      assert.equal(maySubscribe(filter, { deviceId: 'd 1' }), device);
    });

  const names: readonly [userName: string, identity: object | undefined][] = [
    [
      'hub/d 1/m 1/?api-version=2021-04-12&DeviceClientType=azure-iot-device%2F1.18.4',
      {
        host: 'hub',
        deviceId: 'd 1',
        moduleId: 'm 1',
        apiVersion: '2021-04-12',
        clientType: 'azure-iot-device/1.18.4',
      },
    ],
    [
      'hub/d?api-version=1',
      { host: 'hub', deviceId: 'd', moduleId: undefined, apiVersion: '1', clientType: undefined },
    ],
    ['hub/d/m', undefined],
    ['hub/d/m/?x=1', undefined],
    ['hub/d/m/n/?api-version=1', undefined],
    ['hub/?api-version=1', undefined],
    ['/d/?api-version=1', undefined],
    ['hub/d//?api-version=1', undefined],
  ];
  for (const [userName, identity] of names)
    it(`${identity === undefined ? 'refuses' : 'reads'} the user name ${userName}`, () =>
      assert.deepEqual(parseMqttUserName(userName), identity));

  it('writes property bags it can read, and leaves bad escapes alone', () => {
    const properties = { 'a b': 'c&d=e', ü: '/' };
    assert.deepEqual(parsePropertyBag(formatPropertyBag(properties)).properties, properties);
    assert.deepEqual(parsePropertyBag('a=%').properties, { a: '%' });
  });
});
