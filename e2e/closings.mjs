// Prints the code with which a connection of the reference client ends, once it
// says greeted, if ever: closings.mjs URL TOKEN
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'

const [url, token] = process.argv.slice(2)
const client = createClient({
  url: url.replace('http', 'ws'),
  webSocketImpl: WebSocket,
  connectionParams: token ? { Authorization: `Bearer ${token}` } : undefined,
  retryAttempts: 0,
  lazy: false,
  onNonLazyError: () => {},
  on: {
    connected: () => console.log('greeted'),
    closed: (event) => {
      console.log(event.code)
      process.exit(0)
    },
  },
})
client.subscribe({ query: 'subscription { submissionChanged { index } }' }, { next() {}, error() {}, complete() {} })
