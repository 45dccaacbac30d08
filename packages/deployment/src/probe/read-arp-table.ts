/**
 * The hardware addresses that answered, by IPv4 address. Source: Linux, `/proc/net/arp`, whose third column holds the flag 0x2 for complete entries.
 */
export function readArpTable(text: string): ReadonlyMap<string, string> {
  const rows = text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/));
  return new Map(
    rows.flatMap(([address = '', , flags = '0x0', hardware = '']): [string, string][] =>
      (Number(flags) & 2) === 0 ? [] : [[address, hardware]],
    ),
  );
}
