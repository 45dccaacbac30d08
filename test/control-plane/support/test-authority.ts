import { generateKeyPairSync, randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import '../../../packages/simulator/src/reflect-metadata.ts';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  type JsonName,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A certificate with its private key, both PEM. */
export interface Credentials {
  readonly cert: string;
  readonly key: string;
}

/** Whom a certificate stands for; the API server reads the common name as the user and the organizations as its groups. */
export interface Subject {
  readonly user: string;
  readonly groups?: readonly string[];
  /** Host names and addresses of a server. */
  readonly names?: readonly string[];
}

/** A throw-away certificate authority that signs servers' and clients' certificates. */
export interface TestAuthority {
  /** PEM. */
  readonly ca: string;
  issue(subject: Subject): Promise<Credentials>;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const HOUR_MS = 3_600_000;

/** Makes an authority whose certificates are valid for a day. */
export async function createTestAuthority(): Promise<TestAuthority> {
  const keys = await newKeys();
  const name: JsonName = [{ CN: ['iotedge-networking control plane test'] }];
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...validity(),
    serialNumber: newSerial(),
    name,
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  const issue = async (subject: Subject): Promise<Credentials> => {
    const own = await newKeys();
    const certificate = await X509CertificateGenerator.create({
      ...validity(),
      serialNumber: newSerial(),
      subject: [...(subject.groups ?? []).map((group) => ({ O: [group] })), { CN: [subject.user] }],
      issuer: authority.subjectName,
      publicKey: own.publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: ALGORITHM,
      extensions: extensions(subject),
    });
    return { cert: `${certificate.toString('pem')}\n`, key: await privateKeyPem(own.privateKey) };
  };
  return { ca: `${authority.toString('pem')}\n`, issue };
}

/** A new key for signing ServiceAccount tokens, in the form (SEC 1) from which the API server reads both the private and the public key. */
export function createSigningKey(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'sec1', format: 'pem' })
    .toString();
}

function extensions({ names }: Subject): Extension[] {
  const usage = names === undefined ? ExtendedKeyUsage.clientAuth : ExtendedKeyUsage.serverAuth;
  const alternatives = (names ?? []).map((value) => ({
    type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const),
    value,
  }));
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([usage]),
    ...(alternatives.length === 0 ? [] : [new SubjectAlternativeNameExtension(alternatives)]),
  ];
}

function validity(): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - HOUR_MS), notAfter: new Date(now + 24 * HOUR_MS) };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
}

async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  return `${PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), PemConverter.PrivateKeyTag)}\n`;
}

// The first bit stays clear: a serial number is a positive integer.
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  return bytes.toString('hex');
}
