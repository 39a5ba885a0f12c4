// What a client hands over, as a test reads it: results in order, and then how it ended.

/** The end of a stream: the GraphQL errors it ended with, none for a lost connection or a plain completion. */
export class Ended {
  constructor(errors, cause) {
    this.errors = errors ?? [];
    this.cause = cause;
  }

  get code() {
    return this.errors[0]?.extensions?.code;
  }

  get cursor() {
    return this.errors[0]?.extensions?.cursor;
  }
}

const SECONDS = 20;

export class Stream {
  #got = [];
  #waiting;
  #over = false;
  /** Ends it from the client's side. */
  stop;

  result({ data, errors }) {
    // A result without data is how some transports carry the error that ends the stream.
    this.#put(data ? { data, errors } : new Ended(errors));
  }

  end(errors, cause) {
    this.#put(new Ended(errors, cause));
  }

  #put(item) {
    if (this.#over) return;
    this.#over = item instanceof Ended;
    this.#got.push(item);
    this.#waiting?.();
  }

  async #take() {
    const deadline = Date.now() + SECONDS * 1000;
    while (!this.#got.length) {
      if (Date.now() > deadline) throw new Error(`nothing came for ${SECONDS} s`);
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, deadline - Date.now());
        this.#waiting = () => (clearTimeout(timer), resolve());
      });
    }
    return this.#got.shift();
  }

  /** The data of the next result. */
  async next() {
    const item = await this.#take();
    if (item instanceof Ended) throw new Error(`it ended: ${item.code ?? item.cause}`);
    if (item.errors) throw new Error(`errors: ${JSON.stringify(item.errors)}`);
    return item.data;
  }

  /** How it ended; anything else that comes first is an error. */
  async ended() {
    const item = await this.#take();
    if (!(item instanceof Ended)) throw new Error(`it goes on: ${JSON.stringify(item)}`);
    return item;
  }

  /** Whether nothing has come that wasn't taken. */
  get quiet() {
    return this.#got.length === 0;
  }
}
