import type { Problem } from './problem.ts';

/** What a person gives for the virtual switch of the compute port; the device alone can set it. */
export interface VirtualSwitch {
  readonly mtu?: number;
  readonly vlanIds: readonly number[];
}

/**
 * Rule N15: an MTU that the ports of the device take (1400 to 1500), and VLAN ids from 0 (untagged) to 4094, each once. Paths are `mtu` and `vlanIds[i]`.
 */
export function checkVirtualSwitch({ mtu, vlanIds }: VirtualSwitch): readonly Problem[] {
  const isMtu = mtu === undefined || (Number.isInteger(mtu) && mtu >= 1400 && mtu <= 1500);
  return [
    ...(isMtu
      ? []
      : [{ code: 'N15', path: 'mtu', message: `${mtu} is no MTU of the device.`, fix: 'Choose 1400 to 1500.' }]),
    ...vlanIds.flatMap((id, index) => checkVlan(id, index, vlanIds)),
  ];
}

function checkVlan(id: number, index: number, all: readonly number[]): readonly Problem[] {
  const path = `vlanIds[${index}]`;
  if (!Number.isInteger(id) || id < 0 || id > 4094)
    return [{ code: 'N15', path, message: `${id} is no VLAN id.`, fix: 'Choose 0 (untagged) to 4094.' }];
  if (all.indexOf(id) === index) return [];
  return [
    { code: 'N15', path, message: `VLAN ${id} is listed twice.`, fix: 'Give each virtual network its own VLAN.' },
  ];
}
