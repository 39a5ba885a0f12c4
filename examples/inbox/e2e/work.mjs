// What others do meanwhile, over plain HTTP: customers who write, and colleagues who act.
export class Work {
  #demo;
  #written = 0;

  constructor(demo) {
    this.#demo = demo;
  }

  async setUp() {
    const { agents, tags, channels } = await this.#demo.ask(
      this.#demo.tokens.ada,
      '{ agents { nodes { id handle } } tags { id name } channels { id name kind } }',
    );
    this.agents = Object.fromEntries(agents.nodes.map(({ id, handle }) => [handle, id]));
    this.tags = Object.fromEntries(tags.map(({ id, name }) => [name, id]));
    this.channels = Object.fromEntries(channels.map(({ id, name }) => [name, id]));
  }

  /** A customer of their own writes, so a conversation begins; answers { id, number }. */
  async arrives(subject, channel = 'Support mail') {
    const n = (this.#written += 1);
    const { conversation } = await this.#receive({ channelId: this.channels[channel], customer: { email: `e2e-${n}@mail.example`, fullName: `Robin Test ${n}` }, subject, text: `Hello, about: ${subject}`, externalId: `<e2e-${n}@mail.example>` });
    return conversation;
  }

  async writesAgain({ id, number }, text) {
    const { conversation: { customer } } = await this.#demo.ask(this.#demo.tokens.ada, 'query($id: ID) { conversation(id: $id) { customer { email } } }', { id });
    const n = (this.#written += 1);
    await this.#receive({ channelId: this.channels['Support mail'], customer: { email: customer.email }, subject: `Re: [#${number}]`, text, externalId: `<e2e-${n}@mail.example>` });
  }

  async #receive(input) {
    const { receiveMessage } = await this.#demo.ask(
      this.#demo.tokens.gateway,
      'mutation($input: ReceiveMessageInput!) { receiveMessage(input: $input) { conversation { id number } userErrors { code message } } }',
      { input },
    );
    if (receiveMessage.userErrors.length) throw new Error(receiveMessage.userErrors[0].message);
    return receiveMessage;
  }

  async act(name, { id }, ...actions) {
    const { applyActions } = await this.#demo.ask(
      this.#demo.tokens[name],
      'mutation($input: ApplyActionsInput!) { applyActions(input: $input) { changed userErrors { code message } } }',
      { input: { conversationId: id, actions } },
    );
    if (applyActions.userErrors.length) throw new Error(applyActions.userErrors[0].message);
  }

  /** The entries that a timeline shows: a delivery that goes well is shown at its message. */
  async timeline(name, { id }) {
    const { conversation } = await this.#demo.ask(
      this.#demo.tokens[name],
      'query($id: ID) { conversation(id: $id) { timeline(last: 100) { nodes { id kind ... on DeliveryEntry { status } } } } }',
      { id },
    );
    return conversation.timeline.nodes.filter(({ kind, status }) => kind !== 'DELIVERY_CHANGED' || status === 'FAILED').map((entry) => entry.id);
  }

  /** The numbers of the first conversations in the inbox, in its order. */
  async list(name, scope = 'ALL', first = 40) {
    const { inbox } = await this.#demo.ask(
      this.#demo.tokens[name],
      'query($scope: InboxScope!, $first: Int) { inbox(scope: $scope, first: $first) { nodes { number } } }',
      { scope, first },
    );
    return inbox.nodes.map(({ number }) => number);
  }

  ask(name, query, variables) {
    return this.#demo.ask(this.#demo.tokens[name], query, variables);
  }
}
