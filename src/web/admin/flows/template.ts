/** What a new flow begins as: it answers, asks one question, and is published as soon as its queue is there. */
export const template = (
  id: string,
  language: string,
  queueId: string,
): string => `# What each node can do: docs/flow-reference.md
flow: ${id}
languages: [${language}]
start: hello

nodes:
  hello:
    ask: { ${language}: "Hello! To talk to somebody press 1. To leave a message press 2." }
    choices:
      "1": { label: { ${language}: A person }, next: person }
      "2": { label: { ${language}: A message }, next: message }
    on: { give-up: person }

  person:
    enqueue: { queue: ${queueId} }
    on: { full: message, timeout: message }

  message:
    voicemail: { queue: ${queueId} }
    next: bye

  bye:
    say: { ${language}: "Thank you. Goodbye." }
    next: end
`
