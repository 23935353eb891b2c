// Reads the examples as docs/examples/README.md says a person does.
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { getOperationAST, parse, print, separateOperations } from 'graphql'

// story returns a file's operations in order: as whom, what, and with what.
export function story(file) {
  const text = readFileSync(file, 'utf8')
  const alone = separateOperations(parse(text)) // clients that keep answers take one operation a document
  const variables = readVariables(file.replace(/graphql$/, 'json'))
  const operations = [...text.matchAll(/^# As: (\S+)\n(?:query|mutation|subscription) (\w+)/gm)].map(([, as, name]) => {
    const document = alone[name]
    return { as, name, kind: getOperationAST(document).operation, document, text: print(document), variables: variables[name] ?? {} }
  })
  if (operations.length !== Object.keys(alone).length) throw new Error(`${file}: an operation does not say as whom it is sent`)
  return { name: basename(file, '.graphql'), operations }
}

function readVariables(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (err) {
    if (err.code === 'ENOENT') return {}
    throw err
  }
}

// filled puts answers in the place of what refers to them: {Operation.field.0.id}.
export function filled(value, answers) {
  if (Array.isArray(value)) return value.map(v => filled(v, answers))
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, filled(v, answers)]))
  const [, path] = /^\{([\w.]+)\}$/.exec(value) ?? []
  if (!path) return value
  const found = path.split('.').reduce((at, step) => at?.[step], answers)
  if (found === undefined || found === null) throw new Error(`${path} is not in the answers`)
  return found
}
