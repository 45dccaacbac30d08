import assert from 'node:assert/strict';
import {
  deploymentTemplate,
  type ModuleFolder,
} from '../../../../packages/deployment/src/generate/deployment-template.ts';
import { sampleNetwork, type NetworkParts } from '../sample-network.ts';

interface Module {
  readonly settings: { readonly image: string; readonly createOptions: Readonly<Record<string, unknown>> };
}

const folder = (name: string, parent = 'modules'): ModuleFolder => ({
  ...{ name, parent },
  platforms: ['amd64', 'amd64.debug'],
});

function templateOf(parts: NetworkParts, folders: readonly ModuleFolder[], debug = false) {
  const { network, device } = sampleNetwork(parts);
  const { template, variables } = deploymentTemplate(network, device, { folders, debug });
  const content = template.modulesContent as Record<string, { 'properties.desired': Record<string, unknown> }>;
  const modules = content.$edgeAgent?.['properties.desired'].modules as Record<string, Module>;
  return { content, modules, variables };
}

const web = { image: 'web:1', expose: 'external', ports: { http: 80 } };
const worker = { image: 'worker:1' };

describe('[unit] deployment template', () => {
  it('builds from folders, wherever they are, and takes other images as they are', () => {
    const { modules } = templateOf({ apps: { web, worker } }, [folder('web'), folder('networking', '../../modules')]);
    assert.deepEqual(
      Object.entries(modules).map(([name, { settings }]) => [name, settings.image]),
      [
        ['web', '${MODULES.web}'],
        ['worker', 'worker:1'],
        ['networking', '${MODULEDIR<../../modules/networking>}'],
      ],
    );
  });

  it('opens one inspector per debugged module, reachable inside the cluster only where nothing else is exposed', () => {
    const { modules } = templateOf({ apps: { web, worker } }, [folder('web'), folder('worker', '../x')], true);
    assert.deepEqual(modules.web?.settings.createOptions, {
      ExposedPorts: { '9229/tcp': {} },
      HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '80' }], '9229/tcp': [{ HostPort: '9229' }] } },
      'k8s-experimental': { serviceOptions: { type: 'LoadBalancer' } },
    });
    assert.deepEqual(modules.worker?.settings, {
      image: '${MODULEDIR<../x/worker>.debug}',
      createOptions: {
        ExposedPorts: { '9229/tcp': {} },
        HostConfig: { PortBindings: { '9229/tcp': [{ HostPort: '9230' }] } },
        'k8s-experimental': { serviceOptions: { type: 'ClusterIP' } },
      },
    });
  });

  it('gives replicas the debug image, but no port beside the Service of the networking module', () => {
    const { modules } = templateOf({ apps: { web: { ...web, replicas: 2 } } }, [folder('web')], true);
    assert.deepEqual(
      [modules.web?.settings, modules.web2?.settings],
      [
        { image: '${MODULES.web.debug}', createOptions: {} },
        { image: '${MODULES.web.debug}', createOptions: {} },
      ],
    );
  });

  it('takes the ordinary image where a folder has no debug platform', () => {
    const { modules } = templateOf({ apps: { web } }, [{ ...folder('web'), platforms: ['amd64'] }], true);
    assert.equal(modules.web?.settings.image, '${MODULES.web}');
  });

  it('leaves to .env what is one device’s own, in the twin and in create options', () => {
    const { content, modules, variables } = templateOf(
      {
        computeNetwork: {
          nodeIps: '10.0.0.1-10.0.0.2',
          externalServiceIps: { default: '10.0.0.10-10.0.0.19', 'line-7': ['10.0.0.30', '10.0.0.32'] },
        },
        apps: { web: { ...web, address: '10.0.0.11', env: { NOTE: '10.0.0.11' } } },
        services: { hmi: { namespace: 'plant', selector: 'app=hmi', ports: { web: 443 }, address: '10.0.0.12' } },
      },
      [],
    );
    assert.deepEqual(variables, {
      ADDRESS_WEB: '10.0.0.11',
      NODE_IPS: '10.0.0.1-10.0.0.2',
      EXTERNAL_SERVICE_IPS: '10.0.0.10-10.0.0.19',
      EXTERNAL_SERVICE_IPS_LINE_7: '10.0.0.30,10.0.0.32',
      ADDRESS_HMI: '10.0.0.12',
    });
    const desired = content.networking?.['properties.desired'] as { computeNetwork: object; services: object };
    assert.doesNotMatch(JSON.stringify([desired.computeNetwork, desired.services]), /10\.0\.0\.\d/);
    assert.match(JSON.stringify(modules.web), /"loadBalancerIP":"\$ADDRESS_WEB".*"NOTE":\{"value":"10\.0\.0\.11"\}/);
  });
});
