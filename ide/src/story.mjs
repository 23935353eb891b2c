// What an example is, for the page and for the tests: operations that are sent
// one after the other, as whom, and with which variables.

// story reads an example's text by a GraphQL library; variables are by operation.
export function story({ getOperationAST, parse, print, separateOperations }, text, variables) {
  const alone = separateOperations(parse(text)) // clients that keep answers take one operation a document
  const operations = [...text.matchAll(/^# As: (\S+)\n(?:query|mutation|subscription) (\w+)/gm)].map(([, as, name]) => {
    const document = alone[name]
    return { as, name, kind: getOperationAST(document).operation, document, text: print(document), variables: variables[name] ?? {} }
  })
  if (operations.length !== Object.keys(alone).length) throw new Error('an operation does not say as whom it is sent')
  const [about] = text.split('\n\n', 1)
  return { about: about.replaceAll(/^# ?/gm, '').replaceAll('\n', ' ').replaceAll('`', ''), operations }
}

// filled puts answers in the place of what refers to them, such as
// {OpenCalls.consultations.nodes.0.id}; what is not answered yet goes to missing.
export function filled(value, answers, missing) {
  if (Array.isArray(value)) return value.map(v => filled(v, answers, missing))
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, filled(v, answers, missing)]))
  const [, path] = /^\{([\w.]+)\}$/.exec(value) ?? []
  if (!path) return value
  return path.split('.').reduce((at, step) => at?.[step], answers) ?? missing(path, value)
}
