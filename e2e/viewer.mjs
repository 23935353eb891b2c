// Prints who asks: viewer.mjs URL TOKEN
import { GraphQLClient } from 'graphql-request'

const [url, token] = process.argv.slice(2)
const client = new GraphQLClient(url, { headers: { Authorization: `Bearer ${token}` } })
console.log(JSON.stringify(await client.request('{ viewer { id } }')))
