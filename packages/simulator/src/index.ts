export { LoopbackInUse } from './claim-loopback.ts';
export { createCertificates } from './certificates.ts';
export type { Certificates } from './certificates.ts';
export type { Cluster } from './cluster/cluster.ts';
export type { Hub } from './hub/hub.ts';
export { startHub } from './hub/start-hub.ts';
export { dataPathAddress } from './node/data-path-address.ts';
export { startSimulator } from './simulator.ts';
export type { Simulator, SimulatorOptions } from './simulator.ts';
