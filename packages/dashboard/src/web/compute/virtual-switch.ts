import type { VirtualSwitch } from '@iotedge-networking/contract';

/** Reads what is typed; VLAN ids are separated by commas or blanks. A text that is no number becomes -1, which no rule takes. */
export function readSwitch(mtu: string, vlans: string): VirtualSwitch {
  const ids = vlans.split(/[\s,;]+/).filter((text) => text !== '');
  return { mtu: mtu.trim() === '' ? undefined : numberOf(mtu), vlanIds: ids.map(numberOf) };
}

function numberOf(text: string): number {
  return /^\d{1,6}$/.test(text.trim()) ? Number(text) : -1;
}

/** PowerShell of the device that makes the virtual networks. The names of switch and networks are to be filled in by whoever runs them. */
export function switchLines(
  { vlanIds }: VirtualSwitch,
  { subnet, gateway }: { readonly subnet: string; readonly gateway: string },
): readonly string[] {
  return vlanIds.map(
    (id) =>
      `Add-HcsVirtualNetwork -VirtualSwitchName <switch> -Name <name-${id}> -VlanId ${id} -AddressSpace ${subnet === '' ? '<address/prefix>' : subnet} -GatewayIPAddress ${gateway === '' ? '<gateway>' : gateway}`,
  );
}
