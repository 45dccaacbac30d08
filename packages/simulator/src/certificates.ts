import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import './reflect-metadata.ts';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  AuthorityKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** PEM texts of a throw-away certificate authority and one server certificate it signed. */
export interface Certificates {
  /** The certificate authority, to be trusted by clients. */
  readonly ca: string;
  /** Private key of the server certificate, PKCS#8. */
  readonly key: string;
  /** Server certificate only; clients get the authority as `ca`. */
  readonly cert: string;
}

const SIGNING = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const VALID_DAYS = 365;
const DAY_MS = 86_400_000;
// Clients with a clock slightly behind must not refuse a certificate made a moment ago.
const BACKDATED_MS = 3_600_000;

/**
 * Makes a new certificate authority and a server certificate for `names` (host names or IP addresses); `localhost` and `127.0.0.1` are
 * always among the subject alternative names. The authority's private key is dropped, so nothing else can ever be signed by it.
 */
export async function createCertificates(
  names: readonly string[],
  clock: () => Date = () => new Date(),
): Promise<Certificates> {
  const now = clock().getTime();
  const validity = { notBefore: new Date(now - BACKDATED_MS), notAfter: new Date(now + VALID_DAYS * DAY_MS) };
  const [authorityKeys, serverKeys] = await Promise.all([newKeys(), newKeys()]);
  // A distinct subject per authority: OpenSSL picks an issuer by name, and two authorities of one name would shadow each other.
  const issuer = `CN=iotedge-networking simulator CA ${randomBytes(4).toString('hex')}`;
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...validity,
    serialNumber: newSerial(),
    name: issuer,
    keys: authorityKeys,
    signingAlgorithm: SIGNING,
    extensions: await authorityExtensions(authorityKeys.publicKey),
  });
  const server = await X509CertificateGenerator.create({
    ...validity,
    serialNumber: newSerial(),
    subject: `CN=${names[0] ?? 'localhost'}`,
    issuer,
    publicKey: serverKeys.publicKey,
    signingKey: authorityKeys.privateKey,
    signingAlgorithm: SIGNING,
    extensions: await serverExtensions(names, authorityKeys.publicKey),
  });
  const privateKey = await crypto.subtle.exportKey('pkcs8', serverKeys.privateKey);
  return {
    ca: `${authority.toString('pem')}\n`,
    cert: `${server.toString('pem')}\n`,
    key: `${PemConverter.encode(privateKey, PemConverter.PrivateKeyTag)}\n`,
  };
}

async function authorityExtensions(publicKey: PublicKey): Promise<Extension[]> {
  return [
    new BasicConstraintsExtension(true, 0, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    await SubjectKeyIdentifierExtension.create(publicKey),
  ];
}

async function serverExtensions(names: readonly string[], authorityKey: PublicKey): Promise<Extension[]> {
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    await AuthorityKeyIdentifierExtension.create(authorityKey),
    new SubjectAlternativeNameExtension(alternativeNames(names)),
  ];
}

/** The types of the global Web Crypto are those of the platform that compiles, Node or the browser. */
type PublicKey = Awaited<ReturnType<typeof newKeys>>['publicKey'];

function newKeys() {
  return crypto.subtle.generateKey({ name: SIGNING.name, namedCurve: SIGNING.namedCurve }, true, ['sign', 'verify']);
}

// The first bit stays clear: a serial number is a positive integer.
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  return bytes.toString('hex');
}

function alternativeNames(names: readonly string[]): { type: 'dns' | 'ip'; value: string }[] {
  const all = new Set([...names, 'localhost', '127.0.0.1']);
  return [...all].map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value }));
}
