// Asks the same by automatic persisted queries, with the clients that brought
// them up: node persisted.mjs ENDPOINT. It prints, for each client, how often a
// request held the document and how often its hash alone. It also asks what
// graphql-js asks of a schema, with all its options.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client'
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries'
import { Client, fetchExchange } from '@urql/core'
import { persistedExchange } from '@urql/exchange-persisted'
import { buildClientSchema, getIntrospectionQuery } from 'graphql'
import { createHash } from 'node:crypto'

const [url] = process.argv.slice(2)
const hash = text => createHash('sha256').update(text).digest('hex')
const document = name => gql`query ${name} { consultations(first: 1) { nodes { id } } }`

// counting is fetch, with a count of what was sent.
function counting() {
  const sent = { documents: 0, hashes: 0, gets: 0 }
  return {
    sent,
    fetch(target, options = {}) {
      const { searchParams } = new URL(target)
      const body = options.body ? JSON.parse(options.body) : Object.fromEntries(searchParams)
      if (options.method === 'GET') sent.gets++
      if (body.query) sent.documents++
      else if (body.extensions) sent.hashes++
      return fetch(target, options)
    },
  }
}

async function apollo(name, useGETForHashedQueries) {
  const { sent, fetch } = counting()
  for (let again = 0; again < 2; again++) { // the second has forgotten all
    const client = new ApolloClient({
      cache: new InMemoryCache(),
      link: ApolloLink.from([
        new PersistedQueryLink({ sha256: hash, useGETForHashedQueries }),
        new HttpLink({ uri: url, fetch }),
      ]),
    })
    const { data, error } = await client.query({ query: document(name) })
    if (error || !data.consultations) throw error ?? new Error('no data')
    client.stop()
  }
  return sent
}

async function urql(name, preferGetForPersistedQueries) {
  const { sent, fetch } = counting()
  for (let again = 0; again < 2; again++) {
    const client = new Client({
      url, fetch, preferGetMethod: false,
      exchanges: [persistedExchange({ generateHash: async text => hash(text), preferGetForPersistedQueries }), fetchExchange],
    })
    const { data, error } = await client.query(document(name), {}).toPromise()
    if (error || !data.consultations) throw error ?? new Error('no data')
  }
  return sent
}

async function introspection() {
  const query = getIntrospectionQuery({
    descriptions: true, specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true, inputValueDeprecation: true, oneOf: true,
  })
  const answer = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ query, extensions: { cost: true } }) })
  const { data, errors, extensions } = await answer.json()
  if (errors) throw new Error(JSON.stringify(errors))
  const schema = buildClientSchema(data)
  return { types: Object.keys(schema.getTypeMap()).length, directives: schema.getDirectives().map(d => d.name), cost: extensions.cost }
}

console.log(JSON.stringify({
  'apollo by POST': await apollo('A', false),
  'apollo by GET': await apollo('B', true),
  'urql by POST': await urql('C', false),
  'urql by GET': await urql('D', true),
  introspection: await introspection(),
}))
