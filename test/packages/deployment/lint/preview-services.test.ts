import assert from 'node:assert/strict';
import { manifestModules } from '@iotedge-networking/edge-agent';
import { formatPreview, previewServices } from '../../../../packages/deployment/src/lint/preview-services.ts';
import { manifest, module } from './manifests.ts';

const SETTINGS = {
  hubName: 'hub.azure-devices.net',
  deviceId: 'store-001',
  namespace: 'iotedge',
  defaultServiceType: 'LoadBalancer' as const,
};

const preview = (document: object, deviceId = 'store-001') =>
  previewServices(manifestModules(document), { ...SETTINGS, deviceId });

const webserver = (experimental: object = {}) =>
  module({ HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '8080' }] } }, ...experimental });

const HEAD = 'NAME        TYPE           CLUSTER-IP   EXTERNAL-IP   PORT(S)';
const EDGEHUB = 'edgehub     LoadBalancer   <auto>       <pool>        443:<auto>/TCP,5671:<auto>/TCP,8883:<auto>/TCP';

describe('[unit] preview of Services', () => {
  // The samples of the device's documentation, and what `kubectl get svc` shows of them there.
  const DOCUMENTED: readonly { sample: string; options: object; shown: string }[] = [
    {
      sample: 'webserver on 8080:80',
      options: {},
      shown: 'webserver   LoadBalancer   <auto>       <pool>        8080:<auto>/TCP',
    },
    {
      sample: 'serviceOptions ClusterIP',
      options: { 'k8s-experimental': { serviceOptions: { type: 'ClusterIP' } } },
      shown: 'webserver   ClusterIP      <auto>       <none>        8080/TCP',
    },
    {
      sample: 'pinned address',
      options: {
        'k8s-experimental': { serviceOptions: { loadBalancerIP: '10.100.23.78', type: 'LoadBalancer' } },
      },
      shown: 'webserver   LoadBalancer   <auto>       10.100.23.78   8080:<auto>/TCP',
    },
  ];
  for (const { sample, options, shown } of DOCUMENTED)
    it(`shows exactly the Services that the documents show: ${sample}`, () => {
      const lines = formatPreview(preview(manifest({ webserver: webserver(options) })));
      const columns = (line: string): string => line.replace(/ {2,}/g, '  ');
      assert.deepEqual(lines.map(columns), [HEAD, EDGEHUB, shown].map(columns));
    });

  it('knows the whole Service: ports, targets and selector', () => {
    const { services } = preview(manifest({ webserver: webserver() }));
    assert.deepEqual(services[1]?.ports, [{ name: 'hostport-80-tcp', port: 8080, targetPort: 80, protocol: 'TCP' }]);
    assert.deepEqual(services[1].selector, {
      'net.azure-devices.edge.module': 'webserver',
      'net.azure-devices.edge.deviceid': 'store-001',
    });
  });

  const base = manifest({}) as { modulesContent: object };
  const layer = { modulesContent: { $edgeAgent: { 'properties.desired.modules.web': webserver() } } };
  const SHAPES: readonly { shape: string; document: object; names: readonly string[] }[] = [
    { shape: 'standard', document: manifest({ web: webserver() }), names: ['edgehub', 'web'] },
    { shape: 'wrapped in content', document: { content: manifest({ web: webserver() }) }, names: ['edgehub', 'web'] },
    { shape: 'moduleContent', document: { moduleContent: base.modulesContent }, names: ['edgehub'] },
    { shape: 'a layer', document: layer, names: ['web'] },
    {
      shape: 'a template of VS Code',
      document: { '$schema-template': '4.0.0', ...manifest({ web: webserver() }) },
      names: ['edgehub', 'web'],
    },
    { shape: 'something else', document: { modules: [] }, names: [] },
    { shape: 'no object', document: [], names: [] },
  ];
  for (const { shape, document, names } of SHAPES)
    it(`finds the modules of a manifest: ${shape}`, () =>
      assert.deepEqual(
        preview(document).services.map(({ name }) => name),
        names,
      ));

  it('says why there are none', () => {
    assert.deepEqual(formatPreview(preview({})), ['edgeAgent makes no Services.']);
    const blocked = formatPreview(preview(manifest({ Web: webserver(), web: webserver() })));
    assert.match(blocked.join(), /^edgeAgent makes no Services: The objects of the modules Web and web/);
    assert.match(formatPreview(preview(manifest({}), '-'.repeat(9))).join(), /^edgeAgent makes no Services: /);
  });
});
