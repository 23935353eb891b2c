// Follows the whole record with a client of others, which loses its connection
// again and again: streams.mjs ws|sse URL TOKEN SIZE. Prints the indexes it saw.
import { createClient as byWebSocket } from 'graphql-ws'
import { createClient as byEvents } from 'graphql-sse'
import WebSocket from 'ws'

const [by, url, token, size] = process.argv.slice(2)
const query = 'subscription($after: Int64) { auditEvents(after: $after) { index } }'
const Authorization = `Bearer ${token}`
const connect = {
  ws: () => byWebSocket({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, connectionParams: { Authorization }, retryAttempts: 0 }),
  sse: () => byEvents({ url, headers: { Authorization }, retryAttempts: 0 }),
}[by]

// follow reads some payloads after an index and drops the connection.
async function follow(after, some) {
  const client = connect()
  const seen = []
  await new Promise((resolve, reject) => {
    client.subscribe({ query, variables: { after } }, {
      next(result) {
        if (result.errors) return reject(new Error(JSON.stringify(result.errors)))
        if (seen.length === some) return // what was under way
        seen.push(result.data.auditEvents.index)
        if (seen.length === some) {
          if (client.terminate) client.terminate()
          resolve()
        }
      },
      error: (e) => (seen.length === some ? resolve() : reject(e)),
      complete: resolve,
    })
  })
  await client.dispose()
  return seen
}

const all = []
while (all.length < size) {
  const some = Math.min(1 + (all.length % 13), size - all.length)
  const seen = await follow(all.at(-1) ?? '-1', some)
  if (seen.length !== some) throw new Error(`saw ${seen} after ${all.at(-1)}`)
  all.push(...seen)
}
console.log(JSON.stringify(all))
process.exit(0)
