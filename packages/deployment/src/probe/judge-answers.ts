import type { Problem } from '@iotedge-networking/contract';
import type { ProbeTargets } from './addresses-to-probe.ts';

/** How an address showed that somebody has it: by hardware address, or by taking or refusing a connection. */
export interface Answer {
  readonly address: string;
  readonly how: 'arp' | 'tcp';
  readonly hardwareAddress?: string;
}

/**
 * Rule N11: an address that is to be given away must not answer. When an address that nobody has answers too, somebody answers for everybody, and the
 * answers of the others mean nothing.
 */
export function judgeAnswers(device: string, targets: ProbeTargets, answers: readonly Answer[]): readonly Problem[] {
  const answered = new Map(answers.map((answer) => [answer.address, answer]));
  const impostors = targets.control.flatMap((address) => answered.get(address) ?? []);
  const path = `${device}.computeNetwork`;
  if (impostors.length > 0) return [proxyArp(path, impostors)];
  return targets.wanted
    .flatMap((address) => answered.get(address) ?? [])
    .map((answer) => ({
      ...{
        code: 'N11',
        path,
        level: 'warning' as const,
        message: `${answer.address} answers already (${nameOf(answer)}).`,
      },
      fix: 'Find out who has it, or leave it out. Once compute is configured, it may be the device itself.',
    }));
}

function proxyArp(path: string, impostors: readonly Answer[]): Problem {
  const who = impostors.map((answer) => `${answer.address} (${nameOf(answer)})`).join(', ');
  return {
    code: 'N11',
    path,
    level: 'warning',
    message: `proxy ARP suspected: ${who} should be free and answers too, so nothing can be said of the others.`,
    fix: 'Turn proxy ARP off on that router, or ask from another place in the same network.',
  };
}

function nameOf({ how, hardwareAddress }: Answer): string {
  return how === 'arp' ? `ARP, ${hardwareAddress ?? 'unknown hardware address'}` : 'TCP';
}
