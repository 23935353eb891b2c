// Has Relay's own compiler read the examples, and page through every connection
// as a Relay client does: relay.mjs SCHEMA DOCUMENT... What it writes is thrown
// away; it is its word that counts.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSchema, getNamedType, isObjectType, isRequiredArgument, parse, print } from 'graphql'

const [file, ...documents] = process.argv.slice(2)
const schema = buildSchema(readFileSync(file, 'utf8'))

// pager is a component's fragment that shows a page of a connection and asks
// for the next one: by `node` for what has an id, and by the root for the rest.
function pager(type, field) {
  const name = `${type.name}_${field.name}`
  const given = field.args.filter(isRequiredArgument)
  const takes = ['count: {type: "Int", defaultValue: 10}', 'cursor: {type: "String"}', ...given.map(a => `${a.name}: {type: "${a.type}"}`)]
  const sends = ['first: $count', 'after: $cursor', ...given.map(a => `${a.name}: $${a.name}`)]
  return `fragment ${name} on ${type.name} @refetchable(queryName: "${name}Query") @argumentDefinitions(${takes.join(', ')}) {
  ${field.name}(${sends.join(', ')}) @connection(key: "${name}") { edges { node { __typename } } }
}`
}

function pagers() {
  const found = []
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue
    const refetched = type === schema.getQueryType() || type.name === 'Viewer' || type.getInterfaces().some(i => i.name === 'Node')
    for (const field of Object.values(type.getFields())) {
      if (!getNamedType(field.type).name.endsWith('Connection')) continue
      if (refetched) found.push({ name: `${type.name}_${field.name}`, text: pager(type, field) })
    }
  }
  return found
}

const dir = mkdtempSync(join(tmpdir(), 'rapporteur-relay-'))
try {
  copyFileSync(file, join(dir, 'schema.graphql'))
  mkdirSync(join(dir, 'src'))
  mkdirSync(join(dir, 'artifacts'))
  const sources = [...documents.map(d => ({ name: basename(d, '.graphql'), text: print(parse(readFileSync(d, 'utf8'))) })), ...pagers()]
  for (const { name, text } of sources) writeFileSync(join(dir, 'src', `${name}.js`), `graphql\`${text}\``)
  writeFileSync(join(dir, 'relay.config.json'), JSON.stringify({ src: 'src', schema: 'schema.graphql', language: 'javascript', artifactDirectory: 'artifacts' }))
  execFileSync(process.execPath, [fileURLToPath(import.meta.resolve('relay-compiler/cli.js')), 'relay.config.json'], { cwd: dir, stdio: 'pipe', env: { ...process.env, NO_COLOR: '1' } })
} catch (err) {
  if (err.status === undefined) throw err
  console.error(`${err.stdout}${err.stderr}`)
  process.exitCode = 1
} finally {
  rmSync(dir, { recursive: true })
}
