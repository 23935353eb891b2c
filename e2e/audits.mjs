// Holds a server to GraphQL over HTTP, and prints every audit: audits.mjs URL
import { serverAudits } from 'graphql-http'

const [url] = process.argv.slice(2)
const results = []
for (const audit of serverAudits({ url })) {
  const result = await audit.fn()
  results.push({ id: audit.id, name: audit.name, status: result.status, reason: result.reason ?? '' })
}
console.log(JSON.stringify(results))
