/**
 * Where an address of the cluster is carried on this machine. Everything runs on loopback: an address inside 127.0.0.0/8 is itself, any
 * other IPv4 address a.b.c.d is reached at 127.b.c.d. The objects of the API always hold the real address; only sockets use this one.
 * Anything that is not a dotted quad comes back unchanged.
 */
export function dataPathAddress(ip: string): string {
  const quad = /^\d{1,3}(\.\d{1,3}\.\d{1,3}\.\d{1,3})$/.exec(ip);
  return quad?.[1] === undefined ? ip : `127${quad[1]}`;
}
