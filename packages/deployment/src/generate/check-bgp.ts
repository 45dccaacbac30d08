import { checkBgpPeers, type Problem } from '@iotedge-networking/contract';
import { computePath, type DeviceScope } from './device-scope.ts';

/** Rule N13 over the BGP peers of a device. */
export function checkBgp(scope: DeviceScope): readonly Problem[] {
  return checkBgpPeers(scope.device.computeNetwork, (field) => computePath(scope, field));
}
