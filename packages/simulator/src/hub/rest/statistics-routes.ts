import type { FastifyInstance } from 'fastify';
import { needs, type RestContext } from './rest-context.ts';

/** `/statistics`: counts of devices; exact here, late and approximate in the service. */
export function statisticsRoutes(server: FastifyInstance, { store }: RestContext): void {
  server.get('/statistics/devices', needs('RegistryRead', 'IdentityRegistry'), () => {
    const devices = store.devices();
    const enabledDeviceCount = devices.filter(({ status }) => status === 'enabled').length;
    const totalDeviceCount = devices.length;
    return { totalDeviceCount, enabledDeviceCount, disabledDeviceCount: totalDeviceCount - enabledDeviceCount };
  });

  server.get('/statistics/service', needs('ServiceConnect', 'IdentityRegistry'), () => ({
    connectedDeviceCount: store.devices().filter(({ connected }) => connected).length,
  }));
}
