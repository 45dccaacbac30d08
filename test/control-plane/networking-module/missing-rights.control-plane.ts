import assert from 'node:assert/strict';
import { openApiSession, type ApiSession } from '../../behaviour/api-session.ts';
import { grantRights } from '../support/module-rights.ts';
import { useModuleStage } from './use-module-stage.ts';

const RANGE = '10.126.75.206-10.126.75.215';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const entry = { expose: 'external', ports: { http: '8080:80/TCP' }, backends: 'modules:web1' };

describe('[control-plane] the networking module without a right that it needs', function () {
  this.timeout(60_000);
  let access: ApiSession | undefined;
  const stage = useModuleStage({ pools: { default: RANGE } });

  beforeEach(async () => {
    await stage().addModulePod('web1', '172.27.0.11');
    access?.close();
    access = await openApiSession(await grantRights(stage().plane, 'ase-k8s'));
  });
  after(() => access?.close());

  const revoke = (path: string) => stage().api.ask({ method: 'DELETE', path: `${RBAC}/${path}` });

  it('to write Services: the entry fails with Forbidden, naming verb and resource, and is made once the right is granted', async () => {
    await revoke('namespaces/iotedge/rolebindings/iotedge-networking-services');
    stage().desire({ shop: entry });
    await stage().startModule(access);
    const failed = await stage().reported(
      'Forbidden',
      ({ services }) => services.iotedge?.shop?.reason === 'Forbidden',
    );
    const { message } = failed.services.iotedge?.shop ?? {};
    assert.match(message ?? '', /cannot create resource "services" in API group "" in the namespace "iotedge"/);
    assert.equal(failed.desired.state, 'failed');
    await grantRights(stage().plane, 'ase-k8s');
    await stage().serviceIsServed('shop');
  });

  it('to read nodes, namespaces and Services of the whole cluster: its own namespace goes on, and the twin says what is missing', async () => {
    await revoke('clusterrolebindings/iotedge-networking-read');
    const subjects = [{ kind: 'ServiceAccount', name: 'networking', namespace: 'iotedge' }];
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'iotedge-networking-read' };
    const labels = { 'app.kubernetes.io/part-of': 'iotedge-networking' };
    const body = { metadata: { name: 'iotedge-networking-read', labels }, roleRef, subjects };
    await stage().api.ask({ method: 'POST', path: `${RBAC}/namespaces/iotedge/rolebindings`, body });
    stage().desire({ shop: entry });
    await stage().startModule(access);
    const report = await stage().reported('an address', ({ services }) => Boolean(services.iotedge?.shop?.ips));
    const missing = 'endpointslices.discovery.k8s.io, namespaces, nodes, services at the cluster scope';
    assert.match(report.conditions?.Forbidden ?? '', new RegExp(`cannot list .*${missing}`));
    assert.deepEqual(report.nodes, {});
  });

  it('to read MetalLB’s configuration: no request is written, the Service is made, and the twin says what is missing', async () => {
    await revoke('namespaces/metallb-system/rolebindings/iotedge-networking-metallb-read');
    stage().desire({ shop: entry });
    await stage().startModule(access);
    const report = await stage().reported('an address', ({ services }) => Boolean(services.iotedge?.shop?.ips));
    assert.match(report.conditions?.Forbidden ?? '', /cannot list configmaps in the namespace "metallb-system"/);
    assert.deepEqual(report.pools, {});
  });
});
