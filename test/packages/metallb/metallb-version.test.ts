import assert from 'node:assert/strict';
import { behaviourOf, compareVersions, LoadBalancerModel } from '@iotedge-networking/metallb';
import type { LoadBalancerService } from '@iotedge-networking/metallb';
import { addressesOf, dualStack, eventLines, modelWith, pools, service } from './builders.ts';

const one = { p: ['10.0.0.1/32'] };
const few = { p: ['10.0.0.1-10.0.0.9'] };
const old = (name: string, value: string): Record<string, string> => ({ [`metallb.universe.tf/${name}`]: value });

describe('[unit] MetalLB version', () => {
  it('orders releases by number, main last', () => {
    const versions = ['main', '0.14.10', 'v0.14.9', '0.9.8', '0.15', '0.15.0', 'nonsense'];
    assert.deepEqual(versions.toSorted(compareVersions), [
      'nonsense',
      '0.9.8',
      'v0.14.9',
      '0.14.10',
      '0.15',
      '0.15.0',
      'main',
    ]);
    assert.equal(compareVersions('main', 'main'), 0);
  });

  it('knows what came when', () => {
    const since = (name: 'readsNewPrefix' | 'prefersNodes' | 'servedFirst' | 'failsOnSharingConflict'): string[] =>
      ['0.12.1', '0.13.2', '0.13.12', '0.14.2', '0.14.8', '0.14.9', '0.16.1', '0.17.0', 'main'].filter(
        (v) => behaviourOf(v)[name],
      );
    assert.deepEqual(since('readsNewPrefix'), ['0.14.9', '0.16.1', '0.17.0', 'main']);
    assert.deepEqual(since('prefersNodes'), ['0.17.0', 'main']);
    assert.deepEqual(since('servedFirst'), ['0.12.1', '0.14.2', '0.14.8', '0.14.9', '0.16.1', '0.17.0', 'main']);
    assert.deepEqual(since('failsOnSharingConflict'), ['0.13.2']);
  });

  it('reads only the old prefix before 0.14.9, and lets the new one win afterwards even when empty', () => {
    const annotations = { 'metallb.io/loadBalancerIPs': '10.0.0.5', ...old('loadBalancerIPs', '10.0.0.6') };
    const given = (version: string, more = {}): readonly string[] => {
      const model = modelWith(few, { version });
      model.apply(service('d/a', { annotations: { ...annotations, ...more } }));
      return addressesOf(model, 'd/a');
    };
    assert.deepEqual(given('0.14.8'), ['10.0.0.6']);
    assert.deepEqual(given('0.14.9'), ['10.0.0.5']);
    assert.deepEqual(given('0.14.9', { 'metallb.io/loadBalancerIPs': '' }), ['10.0.0.1']);
  });

  it('writes no pool annotation before 0.13.8, then one of the old prefix', () => {
    const written = (version: string): string | undefined =>
      modelWith(one, { version }).apply(service('d/a')).changes[0]?.poolAnnotation?.name;
    assert.deepEqual(['0.12.1', '0.13.9', '0.15.0'].map(written), [
      undefined,
      'metallb.universe.tf/ip-allocated-from-pool',
      'metallb.io/ip-allocated-from-pool',
    ]);
  });

  it('refuses before 0.14 pools that would leave a held address outside, until the address is free', () => {
    const model = modelWith(few, { version: '0.13.12' });
    model.apply(service('d/a'));
    model.apply(service('d/b'));
    const outcome = model.setConfig(pools({ p: ['10.0.0.2-10.0.0.9'] }));
    assert.match(outcome.configRefused ?? '', /service "d\/a" cannot own \["10.0.0.1"\] under new config/);
    assert.deepEqual([model.isStale, addressesOf(model, 'd/a')], [true, ['10.0.0.1']]);
    model.apply(service('d/c'));
    assert.deepEqual(addressesOf(model, 'd/c'), ['10.0.0.3']);
    model.remove('d/a');
    assert.equal(model.isStale, false);
    assert.deepEqual(model.config?.pools[0]?.addresses, ['10.0.0.2-10.0.0.9']);
  });

  it('takes the refused pools in force on a restart', () => {
    const model = modelWith(few, { version: '0.13.12' });
    model.apply(service('d/a'));
    model.setConfig(pools({ p: ['10.0.1.0/24'] }));
    assert.deepEqual(eventLines(model.restart()), ['Normal ClearAssignment d/a', 'Normal IPAllocated d/a']);
    assert.deepEqual(addressesOf(model, 'd/a'), ['10.0.1.0']);
  });

  it('moves without a word before 0.13.10, and empties pools by failing before 0.14', () => {
    const events = (version: string): string[] => {
      const model = new LoadBalancerModel({ version });
      model.apply(service('d/a', { status: ['10.0.1.1'] }));
      return eventLines(model.setConfig(pools(one)));
    };
    assert.deepEqual(events('0.13.9'), ['Normal IPAllocated d/a']);
    assert.deepEqual(events('0.13.10'), ['Normal ClearAssignment d/a', 'Normal IPAllocated d/a']);
    const emptied = (version: string): string[] => eventLines(modelWith({}, { version }).apply(service('d/a')));
    assert.deepEqual(emptied('0.13.12'), ['Warning AllocationFailed d/a']);
    assert.deepEqual(emptied('0.14.2'), []);
  });

  it('looks at the others again after a release: never, always, or while the address is pooled', () => {
    const served = (version: string): readonly string[] => {
      const model = modelWith(one, { version });
      model.apply(service('d/a'));
      model.apply(service('d/b'));
      model.apply(service('d/a', { type: 'ClusterIP' }));
      return addressesOf(model, 'd/b');
    };
    assert.deepEqual(
      ['0.13.7', '0.13.9', '0.14.2'].map((version) => served(version).join()),
      ['', '10.0.0.1', '10.0.0.1'],
    );
  });

  it('looks at everything again after any deletion before 0.13.10', () => {
    const retries = (version: string): number => {
      const model = modelWith(one, { version });
      model.apply(service('d/a'));
      model.apply(service('d/b'));
      return model.remove('d/never').events.length;
    };
    assert.deepEqual(['0.13.9', '0.13.10'].map(retries), [1, 0]);
  });

  it('gives a held address to whoever is first by name after a restart of 0.13', () => {
    const holders = (version: string): readonly string[] => {
      const model = modelWith(one, { version });
      model.apply(service('d/z'));
      model.apply(service('d/a'));
      model.restart();
      return model.holders('10.0.0.1');
    };
    assert.deepEqual(
      ['0.12.1', '0.13.12', '0.14.2'].map((version) => holders(version).join()),
      ['d/z', 'd/a', 'd/z'],
    );
  });

  it('fails on a sharing conflict in 0.13.0 to 0.13.7, the old address staying in the status', () => {
    const key = old('allow-shared-ip', 'k');
    const conflict = (version: string): [string[], readonly string[]] => {
      const model = modelWith(few, { version });
      model.apply(service('d/a', { annotations: key }));
      model.apply(service('d/b', { annotations: key, ports: [{ port: 81 }] }));
      const outcome = model.apply(service('d/b', { annotations: old('allow-shared-ip', 'z'), ports: [{ port: 81 }] }));
      return [eventLines(outcome), addressesOf(model, 'd/b')];
    };
    assert.deepEqual(conflict('0.13.2'), [['Warning svcCannotShareKey d/b'], ['10.0.0.1']]);
    assert.deepEqual(conflict('0.12.1'), [['Normal IPAllocated d/b'], ['10.0.0.2']]);
  });

  it('leaves a malformed status alone before 0.13.8', () => {
    const model = modelWith(one, { version: '0.12.1' });
    assert.deepEqual(eventLines(model.apply(service('d/a', { status: ['x'] }))), ['Warning nolbIPsIPFamily d/a']);
    assert.deepEqual(addressesOf(model, 'd/a'), ['x']);
  });

  it('checks a requested address against a requested pool since 0.13.10', () => {
    const annotations = { ...old('address-pool', 'q'), ...old('loadBalancerIPs', '10.0.0.1') };
    const given = (version: string): readonly string[] => {
      const model = modelWith({ ...one, q: ['10.0.1.1/32'] }, { version });
      model.apply(service('d/a', { annotations }));
      return addressesOf(model, 'd/a');
    };
    assert.deepEqual(
      ['0.13.9', '0.13.10'].map((version) => given(version).join()),
      ['10.0.0.1', ''],
    );
  });

  it('takes pairs in the order of the pool before 0.14.9, whatever the policy', () => {
    const given = (version: string, parts: Partial<LoadBalancerService>): readonly string[] => {
      const model = modelWith({ d: ['fd00::/126', '10.0.0.0/30'] }, { version });
      model.apply(service('d/a', { ...dualStack, ...parts }));
      return addressesOf(model, 'd/a');
    };
    assert.deepEqual(given('0.14.8', {}), ['fd00::', '10.0.0.0']);
    assert.deepEqual(given('0.14.9', {}), []);
    assert.deepEqual(given('0.14.9', { ipFamilyPolicy: 'RequireDualStack' }), ['10.0.0.0', 'fd00::']);
    assert.deepEqual(given('0.14.8', { clusterIPs: ['10.96.0.1'], ipFamilyPolicy: 'RequireDualStack' }), ['10.0.0.0']);
  });

  it('goes by the policy alone in 0.14.9, by the cluster IPs since 0.15', () => {
    const given = (version: string, specs: Record<string, string[]>, parts: Partial<LoadBalancerService>): string => {
      const model = modelWith(specs, { version });
      model.apply(service('d/a', parts));
      return addressesOf(model, 'd/a').join();
    };
    const both = { d: ['fd00::/126', '10.0.0.0/30'] };
    const [four, six] = [{ clusterIPs: ['10.96.0.1'] }, { clusterIPs: ['fd00:96::1'] }];
    const [prefer, require] = [{ ipFamilyPolicy: 'PreferDualStack' }, { ipFamilyPolicy: 'RequireDualStack' }];
    assert.equal(given('0.14.9', both, { ...four, ...prefer }), '10.0.0.0,fd00::');
    assert.equal(given('0.14.9', both, { ...six, ...prefer }), '10.0.0.0,fd00::');
    assert.equal(given('0.14.9', { d: ['10.0.0.0/30'] }, { ...four, ...prefer }), '10.0.0.0');
    assert.equal(given('0.14.9', both, { ...four, ...require }), '10.0.0.0,fd00::');
    assert.equal(given('0.15.0', both, { ...four, ...prefer }), '10.0.0.0');
    assert.equal(given('0.15.0', both, { ...six, ...prefer }), 'fd00::');
    assert.equal(given('0.15.0', both, { ...four, ...require }), '');
  });

  it('tells of a full named pool in the words of the release', () => {
    const message = (version: string): string => {
      const model = modelWith(one, { version });
      model.apply(service('d/a'));
      const outcome = model.apply(service('d/b', { annotations: old('address-pool', 'p') }));
      return outcome.events[0]?.message ?? '';
    };
    assert.deepEqual(['0.14.8', '0.15.0', '0.16.0'].map(message), [
      'Failed to allocate IP for "d/b": no available IPs in pool "p" for ipv4 IPFamily',
      'Failed to allocate IP for "d/b": ["<nil>"] is not allowed in config',
      'Failed to allocate IP for "d/b": no available IPs in pool p',
    ]);
  });
});
