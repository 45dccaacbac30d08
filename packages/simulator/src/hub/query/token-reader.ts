import { QuerySyntaxError, type Token } from './query-tokens.ts';

const END: Token = { kind: 'end', value: 'end of query', column: 1 };

/** Walks over the words of one query; parsing functions pass it along. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  peek(ahead = 0): Token {
    return this.#tokens[this.#at + ahead] ?? this.#tokens.at(-1) ?? END;
  }

  next(): Token {
    const token = this.peek();
    this.#at++;
    return token;
  }

  isWord(word: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'name' && token.quoted !== true && token.value.toLowerCase() === word;
  }

  isSign(sign: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'sign' && token.value === sign;
  }

  /** Takes the word or sign if it comes next. */
  take(text: string): boolean {
    if (!this.isWord(text) && !this.isSign(text)) return false;
    this.#at++;
    return true;
  }

  /** Takes the word or sign, which must come next. */
  expect(text: string): void {
    if (!this.take(text)) throw this.problem(`Expected ${text.toUpperCase()}`);
  }

  /** An error that names what came instead. */
  problem(message: string): QuerySyntaxError {
    const { value, column } = this.peek();
    return new QuerySyntaxError(`${message} but found '${value}'`, column);
  }
}
