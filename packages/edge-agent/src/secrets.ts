const WORDS = /PASSWORD|PASSWD|SECRET|TOKEN/i;
const KEY = /KEY(?![A-Z])|[Kk]ey(?![a-z])/;
// Where a secret is, or what it is called, is no secret.
const POINTERS = /(FILE|PATH|DIR|NAME|_ID|URL|URI)$/i;
const VALUES = /SharedAccess(Key|Signature)=|AccountKey=|-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/** Whether a value is filled in later (`${NAME}`, `$NAME`) and therefore says nothing. */
export function isPlaceholder(value: string): boolean {
  return /\$\{[^}]+\}|^\$[A-Za-z_]/.test(value);
}

/** Whether an environment variable looks like a secret, by its name or by its value. */
export function looksSecret(name: string, value: string): boolean {
  if (value === '' || isPlaceholder(value)) return false;
  return VALUES.test(value) || ((WORDS.test(name) || KEY.test(name)) && !POINTERS.test(name));
}
