// Runs stories by one client and prints what was answered, a line an operation:
// run.mjs CLIENT URL TOKENS FILE... where TOKENS is an object in JSON, by name.
import { clients } from './clients.mjs'
import { filled, story } from './stories.mjs'

const [name, url, tokens, ...files] = process.argv.slice(2)
const token = JSON.parse(tokens)

for (const file of files) {
  const answers = {}
  const { name: title, operations } = story(file)
  for (const o of operations) {
    if (o.as !== 'nobody' && !token[o.as]) throw new Error(`${title}: there is no token of ${o.as}`)
    const client = clients[name](url, token[o.as])
    if (o.kind === 'subscription' && !client.first) continue // graphql-request has none
    try {
      const asked = { ...o, variables: filled(o.variables, answers) }
      const { data, errors } = await (o.kind === 'subscription' ? client.first(asked) : client.once(asked))
      answers[o.name] = data
      console.log(JSON.stringify({ story: title, operation: o.name, kind: o.kind, data, errors }))
    } catch (err) {
      throw new Error(`${title}: ${o.name}: ${err.message}`, { cause: err })
    } finally {
      await client.end()
    }
  }
}
