// How the page asks the server it came from, as whoever a token stands for.
import { getOperationAST, parse } from 'graphql'
import { createClient } from 'graphql-ws'

const kept = 'rapporteur:token' // for this tab, until it is closed

let socket // of the token in use; made when the first subscription needs it

export const token = () => sessionStorage.getItem(kept) ?? ''

export function setToken(value) {
  if (value) sessionStorage.setItem(kept, value)
  else sessionStorage.removeItem(kept)
  socket?.dispose()
  socket = undefined
}

const headers = () => (token() ? { Authorization: `Bearer ${token()}` } : {})

// answers are what operations were answered last, by their names: examples refer
// to them.
export const answers = {}

// send asks by POST.
export async function send(body) {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/graphql-response+json, application/json;q=0.9', ...headers() },
    body: JSON.stringify(body),
  })
  return response.json()
}

// operationOf finds what is to be run. Right after a document is put into the
// editor, the editor may still name an operation of the one before.
function operationOf(query, name) {
  try {
    const document = parse(query)
    return getOperationAST(document, name) ?? getOperationAST(document)
  } catch {
    return null // the server says what is wrong with it
  }
}

// fetcher is what GraphiQL asks by: subscriptions go over a WebSocket.
export function fetcher({ query, variables, operationName }) {
  const operation = operationOf(query, operationName)
  const body = { query, variables, operationName: operation ? operation.name?.value : operationName }
  if (operation?.operation !== 'subscription') {
    return send(body).then(answer => {
      if (answer.data && body.operationName) answers[body.operationName] = answer.data
      return answer
    })
  }
  socket ??= createClient({ url: `${location.origin.replace(/^http/, 'ws')}/graphql`, connectionParams: headers, lazy: true })
  return socket.iterate(body)
}
