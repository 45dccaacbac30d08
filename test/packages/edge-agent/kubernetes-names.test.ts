import assert from 'node:assert/strict';
import fc from 'fast-check';
import { customResourceName, deviceLabel, sanitizeName } from '@iotedge-networking/edge-agent';
import {
  containerNameProblem,
  labelValueProblem,
  sanitizeAnnotationKey,
  sanitizeDnsLabel,
  serviceNameProblem,
  subdomainProblem,
} from '../../../packages/edge-agent/src/kubernetes-names.ts';

const long = (count: number): string => 'a'.repeat(count);

describe('[unit] Kubernetes names of modules', () => {
  const names: readonly (readonly [string, string | undefined])[] = [
    ['web', 'web'],
    ['My_Module', 'mymodule'],
    ['---a-0---', '---a-0---'],
    ['$edgeAgent', 'edgeagent'],
    ['a.b', 'a.b'],
    ['İx', 'x'],
    ['___', ''],
    [long(253), long(253)],
    [long(254), undefined],
  ];
  for (const [id, name] of names) {
    it(`${id.slice(0, 20)} becomes ${String(name).slice(0, 20)}`, () => assert.equal(sanitizeName(id), name));
  }

  it('are a fixed point of sanitising', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), (id) => {
        const once = sanitizeName(id)!;
        return sanitizeName(once) === once;
      }),
    );
  });

  it('of the custom resource drop what labels keep', () => {
    assert.equal(
      customResourceName('MyHub.azure-devices.net', 'My_Device.01-'),
      'myhub.azure-devices.net-mydevice.01-',
    );
    assert.equal(customResourceName(long(300), long(300)), '-');
    assert.equal(deviceLabel('My_Device.01-'), 'my_device.01');
    assert.equal(deviceLabel('---'), undefined);
    assert.equal(deviceLabel(long(64)), undefined);
  });
});

describe('[unit] annotation keys from label keys', () => {
  const keys: readonly (readonly [string, string | undefined])[] = [
    ['metallb.io/loadBalancerIPs', 'metallb.io/loadBalancerIPs'],
    ['my key', 'mykey'],
    ['a/b/c', 'a/bc'],
    ['Example.COM/Key', 'example.com/Key'],
    ['3scale.net/d', 'scale.net/d'],
    ['-a-.my_app.io/x', 'a.myapp.io/x'],
    ['$-._x._-', 'x'],
    ['', undefined],
    ['/x', undefined],
    ['a/', undefined],
    ['a..b/x', undefined],
    ['123/x', undefined],
    ['a.12/x', undefined],
    ['___', undefined],
    [`${long(64)}/x`, undefined],
    [`x/${long(64)}`, undefined],
    [`${[long(63), long(63), long(63), long(63)].join('.')}/x`, undefined],
  ];
  for (const [key, clean] of keys) {
    it(`${JSON.stringify(key.slice(0, 30))} becomes ${String(clean)}`, () =>
      assert.equal(sanitizeAnnotationKey(key), clean));
  }

  it('volume names may begin with a digit unless a letter is asked for', () => {
    assert.equal(sanitizeDnsLabel('/1data/', false), '1data');
    assert.equal(sanitizeDnsLabel('/1data/', true), 'data');
    assert.equal(sanitizeDnsLabel('/', false), undefined);
  });
});

describe('[unit] what the API says about names', () => {
  it('ServiceAccounts and Deployments are subdomains', () => {
    assert.equal(subdomainProblem('1web.x'), undefined);
    assert.equal(subdomainProblem(''), 'name or generateName required');
    assert.match(subdomainProblem('-web')!, /start and end/);
    assert.match(subdomainProblem('web.')!, /must end/);
    assert.match(subdomainProblem('a..b')!, /between dots/);
    assert.match(subdomainProblem('a-.b')!, /between dots/);
  });

  it('Services are labels that begin with a letter', () => {
    assert.equal(serviceNameProblem('web-1'), undefined);
    assert.match(serviceNameProblem('a.b')!, /no dot/);
    assert.match(serviceNameProblem('1web')!, /start with a letter/);
    assert.match(serviceNameProblem(long(64))!, /63/);
  });

  it('containers are labels, label values have both ends checked', () => {
    assert.equal(containerNameProblem('1web'), undefined);
    assert.match(containerNameProblem('a.b')!, /no dot/);
    assert.match(containerNameProblem(long(64))!, /63/);
    assert.equal(labelValueProblem(''), undefined);
    assert.equal(labelValueProblem('a.b'), undefined);
    assert.match(labelValueProblem('web-')!, /start and end/);
    assert.match(labelValueProblem(long(64))!, /63/);
  });
});
