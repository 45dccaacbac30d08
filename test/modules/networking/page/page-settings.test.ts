import assert from 'node:assert/strict';
import { readPageSettings } from '../../../../modules/networking/src/page/page-settings.ts';

describe('[unit] settings of the page', () => {
  const cases: readonly (readonly [string, string, number])[] = [
    ['', '127.0.0.1', 9465],
    ['0.0.0.0:8088', '0.0.0.0', 8088],
    [':8088', '127.0.0.1', 8088],
    ['10.126.75.200', '10.126.75.200', 9465],
    ['[::1]:8088', '::1', 8088],
    ['[::]', '::', 9465],
    ['a:b:c', '127.0.0.1', 9465],
    ['127.0.0.1:70000', '127.0.0.1', 9465],
  ];
  for (const [listen, host, port] of cases)
    it(`"${listen}" is ${host} port ${port}`, () => {
      const settings = readPageSettings({ NETWORKING_PAGE_LISTEN: listen });
      assert.deepEqual([settings.host, settings.port], [host, port]);
    });

  it('name the device as IoT Edge does', () => {
    const device = (env: Record<string, string>): string => readPageSettings(env).device;
    assert.deepEqual(
      [
        device({ IOTEDGE_DEVICEID: 'store-001' }),
        device({ EdgeHubConnectionString: 'HostName=h;DeviceId=store-002;ModuleId=m' }),
        device({}),
      ],
      ['store-001', 'store-002', 'device'],
    );
  });

  it('take a code for those who cannot read the log', () => {
    assert.equal(readPageSettings({ NETWORKING_PAGE_CODE: '' }).code, undefined);
    assert.equal(readPageSettings({ NETWORKING_PAGE_CODE: 'plant-7-north-gate' }).code, 'plant-7-north-gate');
  });
});
