import type { HubGateway } from '../../packages/deployment/src/commands/hub-gateway.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** The same gateway; virtual time stands still while one of its calls is under way. */
export function timedGateway(gateway: HubGateway, clock: VirtualClock): HubGateway {
  return new Proxy(gateway, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]) => clock.during(() => Reflect.apply(member, target, given) as Promise<unknown>);
    },
  });
}
