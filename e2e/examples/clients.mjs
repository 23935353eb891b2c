// Clients that others wrote, each as its documentation says to use it. A client
// is made for an endpoint and a token, or none; `once` answers a query or a
// mutation, `first` gives the first payload of a subscription, `end` lets go.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { Client, fetchExchange, subscriptionExchange } from '@urql/core'
import { getOperationAST } from 'graphql'
import { GraphQLClient } from 'graphql-request'
import { createClient as sse } from 'graphql-sse'
import { createClient as ws } from 'graphql-ws'
import { OperationTypeNode } from 'graphql'
import WebSocket from 'ws'

const headers = token => (token ? { Authorization: `Bearer ${token}` } : {})

const socket = (url, token) => ws({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket, connectionParams: headers(token), retryAttempts: 0 })

// firstOf gives the first payload of something that calls a sink, then stops it.
function firstOf(subscribe) {
  return new Promise((resolve, reject) => {
    let stop = () => {}
    let stopped = false
    const end = () => { stopped = true; stop() }
    stop = subscribe({
      next: payload => { resolve(payload); end() },
      error: reject,
      complete: () => reject(new Error('it ended without a payload')),
    })
    if (stopped) stop()
  })
}

function graphqlRequest(url, token) {
  const client = new GraphQLClient(url, { headers: headers(token) })
  return { once: async o => ({ data: await client.request(o.text, o.variables) }), end() {} }
}

function apollo(url, token) {
  const stream = socket(url, token)
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(stream),
      new HttpLink({ uri: url, headers: headers(token) }),
    ),
  })
  return {
    once: o => (getOperationAST(o.document).operation === 'query'
      ? client.query({ query: o.document, variables: o.variables })
      : client.mutate({ mutation: o.document, variables: o.variables })),
    first: o => firstOf(sink => {
      const running = client.subscribe({ query: o.document, variables: o.variables }).subscribe(sink)
      return () => running.unsubscribe()
    }),
    async end() { client.stop(); await stream.dispose() },
  }
}

function urql(url, token) {
  const stream = socket(url, token)
  const client = new Client({
    url,
    fetchOptions: { headers: headers(token) },
    exchanges: [fetchExchange, subscriptionExchange({
      forwardSubscription: request => ({ subscribe: sink => ({ unsubscribe: stream.subscribe({ ...request, query: request.query ?? '' }, sink) }) }),
    })],
  })
  const plain = ({ data, error }) => {
    if (error) throw error
    return { data }
  }
  return {
    once: async o => plain(await (o.kind === 'query' ? client.query(o.document, o.variables) : client.mutation(o.document, o.variables)).toPromise()),
    first: o => firstOf(sink => client.subscription(o.document, o.variables).subscribe(result => (result.error ? sink.error(result.error) : sink.next(result))).unsubscribe),
    end: () => stream.dispose(),
  }
}

// graphql-ws and graphql-sse have the same shape, and carry everything.
function streaming(client) {
  const first = o => firstOf(sink => client.subscribe({ query: o.text, variables: o.variables }, sink))
  return { once: first, first, end: () => client.dispose() }
}

export const clients = {
  'graphql-request': graphqlRequest,
  apollo,
  urql,
  'graphql-ws': (url, token) => streaming(socket(url, token)),
  'graphql-sse': (url, token) => streaming(sse({ url, headers: headers(token), retryAttempts: 0 })),
}
