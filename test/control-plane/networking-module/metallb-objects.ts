import { metalLbCrds } from '../../../packages/simulator/src/metallb/metallb-crds.ts';
import type { ApiSession } from '../../behaviour/api-session.ts';
import { eventually } from '../../support/eventually.ts';
import type { MetalLbPart } from './metallb-controller.ts';

const NAMESPACE = 'metallb-system';
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const RESOURCES = `/apis/metallb.io/v1beta1/namespaces/${NAMESPACE}`;
const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;
const CONFIG = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
const PATIENCE_MS = 20_000;

/** What is installed: which MetalLB, and its pools. */
export interface Installation {
  readonly metalLb: MetalLbPart;
  readonly pools: Readonly<Record<string, string>>;
}

/** Puts MetalLB's objects into the cluster as its manifests do: the controller's Deployment (without pods), and pools in the dialect of the release. */
export async function installMetalLb(api: ApiSession, { metalLb, pools }: Installation): Promise<void> {
  await api.ask({ method: 'POST', path: DEPLOYMENTS, body: deployment(metalLb.version) });
  if (metalLb.dialect === 'configmap') {
    await api.ask({ method: 'POST', path: CONFIG, body: configMap(pools) });
    return;
  }
  await installCrds(api, metalLb.version);
  for (const [name, range] of Object.entries(pools)) await addPool(api, name, range);
  const body = resource('L2Advertisement', 'layer2', {});
  await api.ask({ method: 'POST', path: `${RESOURCES}/l2advertisements`, body });
}

/** Takes everything away again and waits until the kinds are no longer served. */
export async function removeMetalLb(api: ApiSession, { dialect, version }: MetalLbPart): Promise<void> {
  await api.ask({ method: 'DELETE', path: `${DEPLOYMENTS}/controller` });
  if (dialect === 'configmap') {
    await api.ask({ method: 'DELETE', path: `${CONFIG}/config` });
    return;
  }
  for (const { metadata } of metalLbCrds(version)) {
    await api.ask({ method: 'DELETE', path: `${CRDS}/${metadata.name}` });
  }
  await eventually(
    'the kinds of MetalLB are gone',
    async () => (await api.send({ path: '/apis/metallb.io/v1beta1' })).status === 404,
    PATIENCE_MS,
  );
}

/** Adds a pool by its custom resource. */
export async function addPool(api: ApiSession, name: string, range: string): Promise<void> {
  const body = resource('IPAddressPool', name, { addresses: [range] });
  await api.ask({ method: 'POST', path: `${RESOURCES}/ipaddresspools`, body });
}

/** Installs the definitions of a release on a real API server and waits until it serves them. */
async function installCrds(api: ApiSession, version: string): Promise<void> {
  for (const body of metalLbCrds(version)) await api.ask({ method: 'POST', path: CRDS, body });
  for (const plural of ['ipaddresspools', 'l2advertisements']) {
    const isServed = async () => (await api.send({ path: `${RESOURCES}/${plural}` })).status === 200;
    await eventually(`${plural} are served`, isServed, PATIENCE_MS);
  }
}

/** The ConfigMap by which releases before 0.13 are configured. */
function configMap(pools: Installation['pools']): object {
  const entries = Object.entries(pools).flatMap(([name, range]) => [
    `- name: ${name}`,
    '  protocol: layer2',
    `  addresses: [${range}]`,
  ]);
  return { metadata: { name: 'config' }, data: { config: ['address-pools:', ...entries, ''].join('\n') } };
}

function resource(kind: string, name: string, spec: object): object {
  return { apiVersion: 'metallb.io/v1beta1', kind, metadata: { name }, spec };
}

function deployment(version: string): object {
  const labels = { app: 'metallb', component: 'controller' };
  const container = { name: 'controller', image: `quay.io/metallb/controller:v${version}`, args: ['--config=config'] };
  return {
    metadata: { name: 'controller' },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  };
}
