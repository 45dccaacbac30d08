import assert from 'node:assert/strict';
import { codes, failureOf, publish, publishing, translated, web } from './samples.ts';

const section = (value: unknown): object => publishing({ '80/tcp': '8080' }, { 'k8s-experimental': value });

describe("[unit] the samples of the device's documentation", () => {
  it('the web server: 80/tcp → HostPort 8080 gives a LoadBalancer 8080 → 80', () => {
    const { service } = translated(web(publishing({ '80/tcp': '8080' })));
    assert.equal(service?.type, 'LoadBalancer');
    assert.deepEqual(service.ports, [{ name: 'hostport-80-tcp', port: 8080, targetPort: 80, protocol: 'TCP' }]);
  });

  it('an internal module: serviceOptions {type: ClusterIP}', () => {
    assert.equal(translated(web(section({ serviceOptions: { type: 'ClusterIP' } }))).service?.type, 'ClusterIP');
  });

  it('a pinned address: serviceOptions {loadBalancerIP, type: LoadBalancer}', () => {
    const options = { loadBalancerIP: '10.128.44.245', type: 'LoadBalancer' };
    const { service, findings } = translated(web(section({ serviceOptions: options })));
    assert.deepEqual([service?.type, service?.loadBalancerIP], ['LoadBalancer', '10.128.44.245']);
    assert.deepEqual(findings, []);
  });
});

describe('[unit] forms of create options', () => {
  const none: readonly unknown[] = [
    undefined,
    null,
    '',
    ' ',
    'null',
    'NULL',
    ' null ',
    '""',
    '{}',
    '/* nothing */',
    'undefined',
  ];
  for (const form of none) {
    it(`${JSON.stringify(form)} counts as no options`, () => {
      assert.equal(failureOf(web(form)), 'none');
      assert.equal(translated(web(form)).service, null);
    });
  }

  it('an object in place of the text is taken, and said so', () => {
    const module = { name: 'web', image: 'nginx', createOptions: { ExposedPorts: { '80/tcp': {} } } };
    assert.equal(translated(module).service?.ports.length, 1);
    assert.ok(codes(module).includes('createoptions-not-text'));
  });

  for (const form of ['[]', '5', 'true', '"text"', '{', '{} x', ' NULL ', 5, true, [1]]) {
    it(`${JSON.stringify(form)} cannot be read`, () => {
      const module = { name: 'web', image: 'nginx', createOptions: form };
      assert.equal(failureOf(module), 'parse createoptions-invalid-json settings/createOptions');
    });
  }
});

describe('[unit] types of modelled fields', () => {
  const host = (fields: object): unknown => ({ HostConfig: fields });
  const wrong: readonly (readonly [unknown, string])[] = [
    [{ HostConfig: [] }, 'HostConfig'],
    [{ ExposedPorts: [] }, 'ExposedPorts'],
    [{ ExposedPorts: { '80/tcp': null } }, 'ExposedPorts/80/tcp'],
    [{ Env: 'A=1' }, 'Env'],
    [{ Env: [[]] }, 'Env/0'],
    [{ Image: {} }, 'Image'],
    [{ Labels: { a: [] } }, 'Labels/a'],
    [host({ PortBindings: { '80/tcp': {} } }), 'HostConfig/PortBindings/80/tcp'],
    [host({ PortBindings: { '80/tcp': [{ HostIp: {} }] } }), 'HostConfig/PortBindings/80/tcp/0/HostIp'],
    [host({ Privileged: 'yes' }), 'HostConfig/Privileged'],
    [host({ Privileged: null }), 'HostConfig/Privileged'],
    [host({ Privileged: [] }), 'HostConfig/Privileged'],
    [host({ Memory: '512m' }), 'HostConfig/Memory'],
    [host({ Memory: '' }), 'HostConfig/Memory'],
    [host({ Memory: null }), 'HostConfig/Memory'],
    [host({ Memory: 1e30 }), 'HostConfig/Memory'],
    [host({ BlkioWeight: 70000 }), 'HostConfig/BlkioWeight'],
    [host({ BlkioWeight: -1 }), 'HostConfig/BlkioWeight'],
    [host({ RestartPolicy: { Name: 'on-failure' } }), 'HostConfig/RestartPolicy/Name'],
    [host({ RestartPolicy: { Name: null } }), 'HostConfig/RestartPolicy/Name'],
  ];
  for (const [options, path] of wrong) {
    it(`${JSON.stringify(options)} stops the deployment`, () => {
      assert.equal(failureOf(web(options)), `parse createoptions-wrong-type settings/createOptions/${path}`);
    });
  }

  const right: readonly unknown[] = [
    { HostConfig: null, Labels: '', Env: [null, 5, true] },
    host({ Privileged: 'TRUE', Memory: '512', MemorySwap: 1.5, PidsLimit: null, MemorySwappiness: '', Init: null }),
    host({ Privileged: 1, CpuCount: true, OomKillDisable: '', RestartPolicy: { Name: 'always' } }),
    host({ RestartPolicy: { Name: '1' }, Ulimits: [{ Name: 'nofile', Hard: 1 }], Unknown: { a: [{}] } }),
    host({ RestartPolicy: { Name: 2 }, Devices: [null], PortBindings: '' }),
  ];
  for (const options of right) {
    it(`${JSON.stringify(options)} is read`, () => assert.equal(failureOf(web(options)), 'none'));
  }

  it('numbers of HostConfig are typed only since beta13', () => {
    assert.equal(failureOf(web(host({ Memory: '512m' })), { agentVersion: 'beta12' }), 'none');
    assert.match(failureOf(web(host({ Memory: '512m' })), { agentVersion: 'beta13' }), /wrong-type/);
  });

  it('modelled keys match in any case, two spellings of a map merge, of a list add up, of a text replace', () => {
    const { service, deployment } = translated(
      web(
        '{"hostconfig":{"portBindings":{"1":[{"hostport":1}]},"PORTBINDINGS":{"2":[{"HostPort":"2"}]},"NetworkMode":"x","networkMode":"HOST"},"HostConfig":{"Privileged":true},"Env":["A=1"],"env":["B=2"]}',
      ),
    );
    assert.deepEqual(
      service?.ports.map(({ port }) => port),
      [1, 2],
    );
    assert.ok(deployment?.hostNetwork === true && deployment.privileged);
    assert.deepEqual(
      deployment.env.slice(0, 2).map(({ name }) => name),
      ['A', 'B'],
    );
  });
});

describe('[unit] fields of a module', () => {
  it('images take a tag, and :latest without one', () => {
    const image = (text: string | undefined): string => {
      const { deployment, failure } = translated(web(undefined, { image: text }));
      return deployment?.image ?? failure?.code ?? '';
    };
    assert.equal(image(' nginx '), 'nginx:latest');
    assert.equal(image('ecr.dev:31001/a/nginx:1'), 'ecr.dev:31001/a/nginx:1');
    assert.equal(image('nginx@sha256:abc'), 'nginx@sha256:abc');
    assert.equal(image('nginx:1@sha256:abc'), 'image-invalid');
    assert.equal(image(''), 'image-invalid');
    assert.equal(image(undefined), 'image-invalid');
  });

  it('unknown statuses and policies refuse the manifest, in any case they are known', () => {
    assert.equal(failureOf(web(undefined, { status: 'off' })), 'parse module-status-invalid status');
    assert.equal(failureOf(web(undefined, { restartPolicy: 'no' })), 'parse restart-policy-invalid restartPolicy');
    assert.equal(
      failureOf(web(undefined, { imagePullPolicy: 'x' })),
      'parse image-pull-policy-invalid imagePullPolicy',
    );
    assert.equal(translated(web(undefined, { status: 'STOPPED' })).deployment?.replicas, 0);
  });

  it('the agent itself has neither status nor image of the manifest', () => {
    const module = web(undefined, { name: 'edgeAgent', system: true, status: 'stopped', restartPolicy: 'x' });
    const { deployment, findings } = translated(module, { agentImage: 'agent:1' });
    assert.deepEqual([deployment?.replicas, deployment?.image], [1, 'agent:1']);
    assert.ok(findings.some(({ code }) => code === 'edgeagent-status-ignored'));
    assert.equal(translated({ ...module, status: 'running' }).deployment?.image, 'nginx:1.25');
  });

  it('a name over 253 characters stops the plan', () => {
    assert.match(failureOf(web(undefined, { name: 'a'.repeat(254) })), /^plan name-over-253/);
  });

  it('a leading digit, an empty name and reserved names are findings', () => {
    assert.ok(codes(web(undefined, { name: '1web' })).includes('status-lookup-drops-leading-digit'));
    assert.ok(codes(web(undefined, { name: '_' })).includes('name-empty-after-sanitising'));
    assert.ok(codes(web(undefined, { name: 'iotedged' })).includes('api-conflict-serviceaccount-exists'));
  });

  it('a device id without a letter or digit stops the agent at its start', () => {
    assert.equal(failureOf(web(), { deviceId: '--' }), 'startup device-id-label-empty ');
    assert.equal(translated(web(), { deviceId: '--' }).hubStatus, null);
  });

  it('the hub does not hear of mapping failures from beta10', () => {
    const module = web({ Labels: { '': 'x' } });
    assert.equal(translated(module).hubStatus, 500);
    assert.equal(translated(module, { agentVersion: 'beta10' }).hubStatus, 200);
  });
});

describe('[unit] the experimental section', () => {
  it('is not read when extensions are off, even if it is wrong', () => {
    assert.deepEqual(codes(web(section({ strategy: 5 })), { enableK8sExtensions: false }), [
      'extensions-disabled',
      'silent',
    ]);
  });

  const wrong: readonly unknown[] = [
    { strategy: 'Recreate' },
    { strategy: { type: {} } },
    { strategy: { rollingUpdate: 5 } },
    { nodeSelector: { a: {} } },
    { nodeSelector: [] },
    { resources: 'x' },
    { securityContext: [] },
    { volumes: {} },
    { volumes: ['x'] },
    { volumes: [{ volume: 'x' }] },
    { volumes: [{ volumeMounts: {} }] },
    { serviceOptions: 'x' },
    { serviceOptions: 5 },
    { serviceOptions: { type: [] } },
    { serviceOptions: { loadBalancerIP: {} } },
  ];
  for (const value of wrong) {
    it(`${JSON.stringify(value)} stops the deployment`, () => {
      assert.match(failureOf(web(section(value))), /^combine experimental-wrong-type settings\/createOptions\/k8s-exp/);
    });
  }

  it('keys match in any case and the later spelling wins', () => {
    const options = section({ serviceOptions: { type: 'NodePort' }, SERVICEOPTIONS: { TYPE: 'ClusterIP', type: '0' } });
    assert.equal(translated(web(options)).service?.type, 'ClusterIP');
    assert.deepEqual(codes(web(options)), ['experimental-key-repeated', 'service-type-number-accepted']);
  });

  it('unknown keys come with the name that was meant', () => {
    const found = translated(web(section({ 'service-options': {}, tolerations: [] }))).findings;
    assert.match(found[0]?.message ?? '', /Did you mean serviceOptions\?/);
    assert.match(found[1]?.message ?? '', /is no key of k8s-experimental\.$/);
  });

  it('empty values are absent', () => {
    const options = section({ strategy: '', nodeSelector: null, resources: '', volumes: '', securityContext: null });
    const { deployment } = translated(web(options));
    assert.deepEqual([deployment?.strategy, deployment?.nodeSelector, deployment?.volumes], [null, null, []]);
  });

  it('passes a strategy on with the fields that Kubernetes has', () => {
    const strategy = {
      Type: 'RollingUpdate',
      rollingUpdate: { maxSurge: 0, maxUnavailable: '50%', other: 1 },
      other: 1,
    };
    assert.deepEqual(translated(web(section({ strategy }))).deployment?.strategy, {
      rollingUpdate: { maxSurge: 0, maxUnavailable: '50%' },
      type: 'RollingUpdate',
    });
  });

  it('passes selector, resources and security context on', () => {
    const value = {
      nodeSelector: { a: 5, b: true, c: null },
      resources: { limits: { cpu: 1 } },
      securityContext: { runAsUser: 7 },
    };
    const { deployment } = translated(web(section(value)));
    assert.deepEqual(deployment?.nodeSelector, { a: '5', b: 'True', c: null });
    assert.deepEqual([deployment.resources, deployment.securityContext], [value.resources, value.securityContext]);
  });

  it('finds the section under other names and in other places', () => {
    const codesOf = (options: object): readonly string[] => codes(web(publishing({ '80/tcp': '8080' }, options)));
    for (const key of ['K8s-Experimental', 'k8sExperimental', 'kubernetes-experimental', 'k8s-ext', 'k8s-options']) {
      assert.ok(codesOf({ [key]: {} }).includes('experimental-section-misspelled'), key);
    }
    for (const key of ['nodeSelector', 'strategy', 'SecurityContext']) {
      assert.ok(codesOf({ [key]: {} }).includes('experimental-section-misplaced'), key);
    }
    assert.deepEqual(codesOf({ Volumes: {}, Hostname: 'x' }), []);
    const inside = { HostConfig: { PortBindings: publish({ '80': '80' }), K8S_experimental: {} } };
    assert.ok(codes(web(inside)).includes('experimental-section-misplaced'));
  });

  it('keys that differ only in case crash since beta12', () => {
    const options = { Cmd: ['a'], cmd: ['b'] };
    assert.equal(failureOf(web(options)), 'combine duplicate-key-different-case settings/createOptions/cmd');
    assert.equal(failureOf(web(options), { agentVersion: 'beta11' }), 'none');
  });

  it('serviceOptions hints at near names', () => {
    const { findings } = translated(
      web(section({ serviceOptions: { tpye: 'NodePort', type: 'LoadBalancr', zzzzzz: 1 } })),
    );
    assert.match(findings[0]?.message ?? '', /Did you mean type\?/);
    assert.ok(findings.some(({ message }) => message.includes('Did you mean LoadBalancer?')));
    assert.ok(findings.some(({ message }) => /"zzzzzz" is no key of serviceOptions and is dropped\.$/.test(message)));
  });

  it('types that nobody can guess, null and blanks', () => {
    for (const type of ['???', null, '']) {
      assert.deepEqual(codes(web(section({ serviceOptions: { type } }))), ['service-type-unknown-ignored', 'silent']);
    }
    assert.deepEqual(codes(web(section({ serviceOptions: { type: ' NodePort' } }))), [
      'nodeport-number-chosen-by-cluster',
      'service-type-lenient-parse',
    ]);
  });

  it('a pinned address on another type has no effect', () => {
    const options = section({ serviceOptions: { type: 'ClusterIP', loadBalancerIP: 'fd00::1' } });
    assert.deepEqual(codes(web(options)), ['loadbalancerip-without-loadbalancer']);
    assert.equal(translated(web(section({ serviceOptions: { loadBalancerIP: null } }))).service?.loadBalancerIP, null);
  });
});
